"""The page on which a benchmark lead hands in.  It holds questions and no value: those are typed and sealed in the browser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, RoundMember
from skyddsnat.hub.benchmark.queries.keys import counting
from skyddsnat.hub.benchmark.queries.rounds import round_for
from skyddsnat.hub.benchmark.queries.submissions import latest_of
from skyddsnat.hub.benchmark.texts import handing_in
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.policy.vocabulary import Role
from skyddsnat.protocols.benchmark.spec import Item, metric_of

SCRIPT = "benchmark/sealing.js"


@dataclass(frozen=True, slots=True)
class Asked:
    """One item as the form asks for it.  low, high: the bounds of a plausible value, as text with a point."""

    item: Item
    name: Text
    definition: Text
    unit: Text | None
    pitfalls: Text | None
    low: str
    high: str
    measured: bool
    is_question: bool


@role_required(Role.BENCHMARK_LEAD)
@require_safe
def hand_in(request: SignedInRequest, pk: str) -> HttpResponse:
    """The form, for a lead of a member that takes part, while the round is open."""
    member = request.user.member_id
    round_ = round_for(request.user, pk)
    if (
        round_ is None
        or not round_.is_frozen
        or not RoundMember.objects.filter(round=round_, member_id=member).exists()
    ):
        raise Http404
    last = latest_of(round_, member)
    is_open = round_.state == Round.State.OPEN and timezone.now() < round_.deadline
    context = {
        "round": round_,
        "groups": groups(round_),
        "last": last,
        "is_open": is_open,
        "script_sha256": script_sha256(),
        "facts": facts(request, round_, seq=last.seq + 1 if last else 1) | {"open": is_open},
        "texts": handing_in(),
        "maturity": round_.maturity,
    }
    return render(request, "benchmark/hand_in.html", context)


def facts(request: SignedInRequest, round_: Round, *, seq: int) -> dict[str, object]:
    """What the script needs."""
    member = request.user.member_id
    return {
        "member": member,
        "known": [key.signing_key for key in counting([member], BenchmarkKey.Use.MEMBER).values()],
        "round": round_.pk,
        "spec": reverse("benchmark:spec", args=[round_.pk]),
        "spec_sha256": round_.spec_sha256,
        "approvals": reverse("benchmark:approvals", args=[round_.pk]),
        "submit": reverse("benchmark:submit", args=[round_.pk]),
        "listed": reverse("benchmark:submissions", args=[round_.pk]) if round_.closed_at else "",
        "object": reverse("benchmark:object", args=[round_.pk]),
        "log_key": services.log_key(),
        "seq": seq,
        "maturity": reverse("maturity:latest") if round_.maturity else "",
    }


def groups(round_: Round) -> list[tuple[Text, list[Asked]]]:
    """The items in the specification's order, under the catalogue's headings."""
    asked = [(_heading(item), _asked(item)) for item in round_.specification.items]
    return [(heading, [one for _, one in found]) for heading, found in groupby(asked, key=lambda pair: pair[0])]


@cache
def script_sha256() -> str:
    """Of the script as it is served; the release notes name the same (docs/benchmarking/member.md)."""
    return hashlib.sha256(Path(str(finders.find(SCRIPT))).read_bytes()).hexdigest()


def _heading(item: Item) -> Text:
    catalogue = load_catalogue()
    question = catalogue.maturity.questions.get(item.id)
    if question is not None:
        return catalogue.maturity.areas[question.area]
    return catalogue.metric_words.groups[catalogue.metrics[metric_of(item.id)].group]


def _asked(item: Item) -> Asked:
    catalogue = load_catalogue()
    question = catalogue.maturity.questions.get(item.id)
    if question is not None:
        return Asked(item, question.question, question.evidence, None, None, "0", "3", measured=False, is_question=True)
    metric = catalogue.metrics[metric_of(item.id)]
    amount = item.kind is ItemKind.AMOUNT
    high = Decimal(item.max) / 10**item.decimals if amount else metric.value.high
    return Asked(
        item=item,
        name=metric.name,
        definition=metric.definition,
        unit=catalogue.metric_words.units[metric.unit],
        pitfalls=metric.pitfalls,
        low=format(Decimal(0) if amount else metric.value.low, "f"),
        high=format(high, "f"),
        measured=metric.evidence.value == "measured-by-agent",
        is_question=False,
    )
