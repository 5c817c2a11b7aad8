"""Papers that belong to a round, to print: the competition notice, an agenda, and a template for minutes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skyddsnat.hub.benchmark.queries import story
from skyddsnat.hub.benchmark.queries.picture import metrics_of
from skyddsnat.hub.benchmark.services.freezing import rules_of
from skyddsnat.hub.benchmark.views.rounds import known
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.sight import PAGES


@role_required(*PAGES)
@require_GET
def notice(request: SignedInRequest, pk: str) -> HttpResponse:
    """What competitors may and may not speak of, and what the round will open at most."""
    return _paper(request, pk, "benchmark/notice.html")


@role_required(*PAGES)
@require_GET
def agenda(request: SignedInRequest, pk: str) -> HttpResponse:
    """For the meeting about the round."""
    return _paper(request, pk, "benchmark/agenda.html")


@role_required(*PAGES)
@require_GET
def minutes(request: SignedInRequest, pk: str) -> HttpResponse:
    """To fill in by hand or in a word processor; what the hub knows stands there already."""
    return _paper(request, pk, "benchmark/minutes.html")


def _paper(request: SignedInRequest, pk: str, template: str) -> HttpResponse:
    round_ = known(request, pk)
    page = {
        "round": round_,
        "coalition": coalition(),
        "members": story.members_of(round_),
        "parties": story.parties_of(round_),
        "metrics": metrics_of(round_),
        "rules": round_.specification.rules if round_.is_frozen else rules_of(four=False),
    }
    return render(request, template, page)
