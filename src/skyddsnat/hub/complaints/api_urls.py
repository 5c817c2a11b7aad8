"""The one route of machines."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.complaints import api

app_name = "complaints_api"
urlpatterns = [path("", api.hand_in, name="hand_in")]
