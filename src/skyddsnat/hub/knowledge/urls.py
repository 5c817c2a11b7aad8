"""Routes of the catalogue's pages.  Ids are catalogue ids: public words, never a signal's value."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("", views.overview, name="index"),
    path("search/", views.search, name="search"),
    path("techniques/", views.techniques, name="techniques"),
    path("techniques/<slug:technique_id>/", views.technique, name="technique"),
    path("measures/", views.measures, name="measures"),
    path("measures/<slug:measure_id>/", views.measure, name="measure"),
    path("metrics/", views.metrics, name="metrics"),
    path("metrics/<slug:metric_id>/", views.metric, name="metric"),
    path("maturity/", views.maturity, name="maturity"),
    path("maturity/<slug:area_id>/", views.area, name="area"),
    path("entries/", views.entries, name="entries"),
    path("signals/", views.signals, name="signals"),
    path("formats/", views.formats, name="formats"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:source_id>/", views.source, name="source"),
]
