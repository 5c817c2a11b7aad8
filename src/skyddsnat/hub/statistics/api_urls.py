from __future__ import annotations

from django.urls import path

from skyddsnat.hub.statistics import api

app_name = "statistics_api"
urlpatterns = [
    path("figures", api.figures, name="figures"),
    path("wanted", api.wanted, name="wanted"),
]
