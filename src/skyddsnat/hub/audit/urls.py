from __future__ import annotations

from django.urls import path

from skyddsnat.hub.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export/", views.export, name="export"),
    path("<int:pk>/proof/", views.proof, name="proof"),
]
