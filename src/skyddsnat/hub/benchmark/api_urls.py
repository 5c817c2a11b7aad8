from __future__ import annotations

from django.urls import path

from skyddsnat.hub.benchmark import api

app_name = "bench_api"
urlpatterns = [
    path("rounds", api.rounds, name="rounds"),
    path("rounds/<slug:round_id>/spec", api.spec, name="spec"),
    path("rounds/<slug:round_id>/approvals", api.approvals, name="approvals"),
    path("rounds/<slug:round_id>/submissions", api.submissions, name="submissions"),
    path("rounds/<slug:round_id>/sealed", api.sealed, name="sealed"),
    path("rounds/<slug:round_id>/statements", api.statements, name="statements"),
    path("rounds/<slug:round_id>/objections", api.objections, name="objections"),
    path("rounds/<slug:round_id>/positions", api.positions, name="positions"),
    path("rounds/<slug:round_id>/transcript", api.transcript, name="transcript"),
    path("rounds/<slug:round_id>/release", api.release, name="release"),
]
