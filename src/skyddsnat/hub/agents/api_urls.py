from __future__ import annotations

from django.urls import path

from skyddsnat.hub.agents import api, protected_api

app_name = "agents_api"
urlpatterns = [
    path("report", api.report, name="report"),
    path("protected", protected_api.protected, name="protected"),
]
