from __future__ import annotations

from django.urls import path

from skyddsnat.hub.benchmark.views import exchange, handin, keys, papers, planning, result, rounds

app_name = "benchmark"
urlpatterns = [
    path("", rounds.index, name="index"),
    path("plan/", planning.plan, name="plan"),
    path("groups/", planning.groups, name="groups"),
    path("groups/new/", planning.group_new, name="group_new"),
    path("groups/<slug:pk>/edit/", planning.group_edit, name="group_edit"),
    path("groups/<slug:pk>/choices/", planning.choose, name="choose"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/", keys.key_act, name="key_act"),
    path("rounds/<slug:pk>/", rounds.detail, name="round"),
    path("rounds/<slug:pk>/edit/", planning.edit, name="edit"),
    path("rounds/<slug:pk>/hand-in/", handin.hand_in, name="hand_in"),
    path("rounds/<slug:pk>/act/", rounds.act, name="act"),
    path("rounds/<slug:pk>/sign-off/", rounds.sign_off, name="sign_off"),
    path("rounds/<slug:pk>/transcript/", rounds.transcript, name="transcript"),
    path("rounds/<slug:pk>/result/", result.result, name="result"),
    path("rounds/<slug:pk>/leakage/", result.leakage, name="leakage"),
    path("rounds/<slug:pk>/notice/", papers.notice, name="notice"),
    path("rounds/<slug:pk>/agenda/", papers.agenda, name="agenda"),
    path("rounds/<slug:pk>/minutes/", papers.minutes, name="minutes"),
    path("rounds/<slug:pk>/spec.json", exchange.spec, name="spec"),
    path("rounds/<slug:pk>/approvals.json", exchange.approvals, name="approvals"),
    path("rounds/<slug:pk>/submissions.json", exchange.listed, name="submissions"),
    path("rounds/<slug:pk>/submit/", exchange.submit, name="submit"),
    path("rounds/<slug:pk>/object/", exchange.object_to, name="object"),
    path("rounds/<slug:pk>/positions.json", exchange.positions, name="positions"),
    path("rounds/<slug:pk>/release.json", exchange.release, name="release"),
    path("rounds/<slug:pk>/transcript.jsonl", exchange.transcript_file, name="transcript_file"),
]
