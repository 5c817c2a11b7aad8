from __future__ import annotations

from django.urls import path

from skyddsnat.hub.audit import views

app_name = "audit"
urlpatterns = [path("", views.listing, name="list")]
