"""What a round has shown: the result for management, and the leakage statement for lawyers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, RoundMember
from skyddsnat.hub.benchmark.queries import leakage as statement
from skyddsnat.hub.benchmark.queries import result as reads
from skyddsnat.hub.benchmark.queries.keys import counting
from skyddsnat.hub.benchmark.queries.result import Figure, Group, Standing
from skyddsnat.hub.benchmark.queries.verdict import own_left_out
from skyddsnat.hub.benchmark.texts import showing_the_result
from skyddsnat.hub.benchmark.views.rounds import known
from skyddsnat.hub.bulletins.queries import by_measure
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.sight import PAGES
from skyddsnat.policy.vocabulary import Role


@role_required(*PAGES)
@require_GET
def result(request: SignedInRequest, pk: str) -> HttpResponse:
    """The released bands.  For a lead of a member that took part also the script that puts in the own place."""
    round_ = known(request, pk)
    found = reads.released(round_)
    if found is None:
        raise Http404
    before = reads.previous_of(round_, request.user)
    groups = reads.groups_of(round_, found, before)
    figures = [figure for group in groups for figure in group.figures]
    lead = request.user.has_role(Role.BENCHMARK_LEAD) and _takes_part(request, round_)
    page: dict[str, Any] = {
        "round": round_,
        "groups": groups,
        "before": before,
        "accepted": len(found.accepted),
        "shown": sum(figure.standing is Standing.RELEASED for figure in figures),
        "suppressed": sum(figure.standing is not Standing.RELEASED for figure in figures),
        "all": len(figures),
        "k": round_.specification.rules.k,
        "lead": lead,
        "left_out": own_left_out(round_, request.user.member_id),
        "practices": by_measure(request.user, _measures(figures), now=timezone.now()),
    }
    if lead:
        page |= {"facts": facts(request, round_, groups, before), "texts": showing_the_result()}
    return render(request, "benchmark/result.html", page)


@role_required(*PAGES)
@require_GET
def leakage(request: SignedInRequest, pk: str) -> HttpResponse:
    """What this round let anyone learn, and by which rules; made from the specification, the release and the transcript."""
    round_ = known(request, pk)
    found = statement.statement_of(round_)
    if found is None:
        raise Http404
    page = {"round": round_, "coalition": coalition(), "statement": found}
    return render(request, "benchmark/leakage.html", page)


def facts(request: SignedInRequest, round_: Round, groups: list[Group], before: Round | None) -> dict[str, Any]:
    """What the script needs: public figures, and where the own sealed place is fetched."""
    member = request.user.member_id
    release_ = reads.released(round_)
    points = {name: row.points for name, row in release_.items.items()} if release_ else {}
    return {
        "member": member,
        "known": [key.signing_key for key in counting([member], BenchmarkKey.Use.MEMBER).values()],
        "round": round_.pk,
        "spec": reverse("benchmark:spec", args=[round_.pk]),
        "spec_sha256": round_.spec_sha256,
        "positions": reverse("benchmark:positions", args=[round_.pk]),
        "before": before.pk if before else None,
        "plan": _plan(),
        "items": {
            figure.item.id: {
                "members": figure.members,
                "labels": figure.labels,
                "direction": figure.direction.value,
                "median": [
                    str(points[figure.item.id]["median"].numerator),
                    str(points[figure.item.id]["median"].denominator),
                ]
                if figure.median
                else None,
            }
            for group in groups
            for figure in group.figures
            if figure.standing is Standing.RELEASED and not figure.is_amount
        },
    }


def _plan() -> str:
    """Where the member's sealed plan is fetched, if this hub has one: the noun lies above this one."""
    try:
        return reverse("learning:lines")
    except NoReverseMatch:
        return ""


def _measures(figures: Iterable[Figure]) -> set[str]:
    return {measure.id for figure in figures for measure in figure.measures}


def _takes_part(request: SignedInRequest, round_: Round) -> bool:
    return RoundMember.objects.filter(round=round_, member_id=request.user.member_id).exists()
