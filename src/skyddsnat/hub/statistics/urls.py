"""Routes of the joint statistics."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.statistics.views import exports, figures, managing, reports, series

app_name = "statistics"
urlpatterns = [
    path("", series.index, name="index"),
    path("open/", managing.open_series, name="open"),
    path("exports/", exports.exports, name="exports"),
    path("reports/", reports.reports, name="reports"),
    path("reports/month/", reports.month, name="report_month"),
    path("reports/hotline/", reports.hotline, name="report_hotline"),
    path("reports/transparency/", reports.transparency, name="report_transparency"),
    path("<slug:metric>/", series.series, name="series"),
    path("<slug:metric>/agree/", series.agree, name="agree"),
    path("<slug:metric>/hand-in/", figures.hand_in, name="hand_in"),
    path("<slug:metric>/manage/", managing.manage, name="manage"),
    path("<slug:metric>/approve/", managing.approve, name="approve"),
    path("<slug:metric>/panel/", managing.panel, name="panel"),
    path("<slug:metric>/release/", managing.release, name="release"),
    path("<slug:metric>/close/", managing.close, name="close"),
    path("<slug:metric>/events/", managing.event, name="event"),
    path("events/<int:pk>/remove/", managing.remove_event, name="event_remove"),
    path("releases/<int:pk>/withdraw/", managing.withdraw, name="withdraw"),
    path("figures/<uuid:pk>/", figures.figure, name="figure"),
    path("figures/<uuid:pk>/explain/", figures.explain, name="explain"),
    path("figures/<uuid:pk>/comment/", figures.comment, name="comment"),
]
