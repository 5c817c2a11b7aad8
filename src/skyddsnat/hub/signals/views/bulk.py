"""Acts on many signals: take in what was chosen, say what came of it, undo it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.members.request import SignedInRequest, number_in
from skyddsnat.hub.signals.models import Batch
from skyddsnat.hub.signals.queries import batches as found
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.hub.signals.queries.places import rows_of
from skyddsnat.hub.signals.services import batches
from skyddsnat.hub.signals.trail import Trail, trail_in
from skyddsnat.hub.signals.words import ACTS, stop
from skyddsnat.policy.bulk import MOST, BulkAct, Place
from skyddsnat.policy.errors import PolicyRefusal

YEARS = range(2000, 2200)
"""Of a moment that a page said: near the ends of the calendar there is none in every zone."""

AT_ONCE = 50
"""Rows of a held batch that one request does; the page, or the hub's clock, asks for the rest."""


@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Do one thing to the chosen rows, or to all of the filter, and go back to where the person was."""
    try:
        act, place = BulkAct(request.POST.get("act", "")), Place(request.POST.get("place", ""))
    except ValueError as unknown:
        raise Http404 from unknown
    person, now = request.user, timezone.now()
    trail, _ = trail_in(place, person, QueryDict(request.POST.get("trail", "f=all")), desk_of(person))
    page = number_in(request.POST.get("page", "")) or 1
    whole = "whole" in request.POST
    try:
        if act is BulkAct.RENEW and "assessed" not in request.POST:
            raise PolicyRefusal("not_assessed")
        batches.start(
            person,
            act,
            _whole(request, trail, act, now) if whole else _ids(request.POST.getlist("row")),
            now=now,
            back=trail.link(page),
            reason=request.POST.get(f"reason_{act}", ""),
            whole_filter=whole,
        )
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
    return redirect(trail.link(page))


def _ids(words: Iterable[str]) -> list[UUID]:
    try:
        return [UUID(word) for word in words]
    except ValueError as wrong:
        raise Http404 from wrong


def _whole(request: SignedInRequest, trail: Trail, act: BulkAct, now: datetime) -> list[UUID]:
    """All rows of the filter as the person saw it: what has come or changed since is not among them."""
    asof = _moment(request.POST.get("asof", "")) or now
    rows = rows_of(request.user, trail.place, trail.choices, now=now).filter(changed_at__lte=asof)
    return list(rows.values_list("pk", flat=True)[: MOST[act] + 1])


def _moment(text: str) -> datetime | None:
    """What the page said; None for what is no moment of one clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year in YEARS else None


def _own(request: SignedInRequest, pk: UUID) -> Batch:
    batch = Batch.objects.filter(person=request.user, pk=pk).first()
    if batch is None:
        raise Http404
    return batch


@require_safe
def batch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What came of each row."""
    one, now = _own(request, pk), timezone.now()
    lines = [(line, stop(line.row.code) if line.row.code else "") for line in found.lines(request.user, one)]
    page = {"told": found.told(one, now=now), "lines": lines, "label": ACTS[BulkAct(one.act)]}
    return render(request, "signals/batch.html", page)


@require_POST
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo it, if it is not too late."""
    one = _own(request, pk)
    try:
        batches.undo(request.user, one, now=timezone.now())
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
    return redirect(one.back)


@require_POST
def run(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Do it now: when its time has come (the page's script asks), or because the person does not want to wait."""
    one, now = _own(request, pk), timezone.now()
    if "now" in request.POST or one.due_at <= now:
        one = batches.run(one, now=now, most=AT_ONCE)
    if _by_script(request):
        return render(request, "signals/parts/told.html", {"told": found.told(one, now=now)})
    return redirect(one.back if one.state != Batch.State.RUNNING else "signals:batch", *_args(one))


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Part") == "told"


def _args(one: Batch) -> tuple[UUID, ...]:
    return (one.pk,) if one.state == Batch.State.RUNNING else ()
