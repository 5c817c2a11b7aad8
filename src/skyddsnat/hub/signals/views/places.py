"""What the list and the queue have in common: tabs of filters, rows with their way, acts on many, and what was done last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.paging import MOST_LISTED, MOST_WAITING, LongPaginator
from skyddsnat.hub.signals.forms.filters import FORMS, SaveForm
from skyddsnat.hub.signals.models import Desk, SavedFilter
from skyddsnat.hub.signals.queries import batches
from skyddsnat.hub.signals.queries.filters import shown_filters
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.hub.signals.queries.places import count_of, rows_of
from skyddsnat.hub.signals.services.hands import judge_of
from skyddsnat.hub.signals.trail import Trail, trail_in, where_they_were
from skyddsnat.hub.signals.words import ACTS, REASONS
from skyddsnat.policy.bulk import A_PAGE, MOST, WHOLE_FILTER, BulkAct, Place, bulk_acts
from skyddsnat.policy.review import RejectReason, WithdrawReason
from skyddsnat.policy.vocabulary import Marking

STANDING: dict[Place, tuple[tuple[str | Promise, dict[str, Any]], ...]] = {
    Place.LIST: ((_("All"), {}), (_("Unread"), {"unread": True}), (_("Reported by us"), {"own": True})),
    Place.QUEUE: ((_("All"), {}), (_("Free"), {"hold": "free"}), (_("Mine"), {"hold": "mine"})),
}
FIXED_REASONS = {
    BulkAct.RETRACT: tuple(WithdrawReason),
    BulkAct.REJECT: tuple(RejectReason),
}
MOST_PAGED = {Place.LIST: MOST_LISTED, Place.QUEUE: MOST_WAITING}
STRICTEST_FIRST = (Marking.RED, Marking.AMBER_STRICT, Marking.AMBER, Marking.GREEN, Marking.CLEAR)


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the place.  count: "" where none is worked out."""

    name: str | Promise
    href: str
    current: bool
    count: str = ""
    shared_by: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the page offers for many.  reasons: fixed ones to choose from."""

    act: str
    label: str | Promise
    reasons: tuple[tuple[str, str], ...]
    assessed: bool
    whole: bool
    most: int


def place_page(request: SignedInRequest, place: Place) -> dict[str, Any]:
    """Everything that the templates of the two places share."""
    person, now = request.user, timezone.now()
    desk = desk_of(person)
    trail, form = trail_in(place, person, request.GET, desk)
    rows = rows_of(person, place, trail.choices, now=now, desk=desk)
    pages = LongPaginator(rows, A_PAGE, most=MOST_PAGED[place])
    page = pages.get_page(request.GET.get("page"))
    _furnish(page, trail, batches.held_signals(person))
    plain = not set(request.GET) - {"page"}
    was = where_they_were(person, desk) if plain else None
    tabs = _tabs(request, trail, desk, now)
    return {
        "place": place.value,
        "form": form,
        "trail": trail,
        "page_obj": page,
        "tabs": tabs,
        "narrowed": bool(set(trail.choices) - {"sort"}),
        "may_save": bool(trail.choices)
        and not (trail.is_as_saved if trail.saved else any(tab.current for tab in tabs)),
        "may_change": trail.saved is not None and trail.saved.person_id == person.pk and not trail.is_as_saved,
        "save_form": SaveForm(auto_id="id_save_%s"),
        "offers": _offers(request, place),
        "told": batches.latest(person, now=now),
        "was": was if was is not None and was.place is place else None,
        "asof": now.isoformat(),
        "strictest": _strictest(page),
    }


def _furnish(page: Page[Any], trail: Trail, held: frozenset[Any]) -> None:
    """Give each row the way to it, and say on which something waits."""
    rows = list(page.object_list)
    ways = trail.ways(page.start_index() - 1, (row.pk for row in rows))
    for row, way in zip(rows, ways, strict=True):
        row.href, row.waits = way, row.pk in held
    page.object_list = rows


def _strictest(page: Page[Any]) -> str:
    """What a print of the page is marked with."""
    there = {row.marking for row in page.object_list}
    return next((marking.value for marking in STRICTEST_FIRST if marking.value in there), "")


def _tabs(request: SignedInRequest, trail: Trail, desk: Desk, now: datetime) -> list[Tab]:
    person, place = request.user, trail.place

    def count(choices: dict[str, Any]) -> str:
        if not FORMS[place](choices, person=person).is_valid():
            return ""  # it names a circle that the member has left
        found = count_of(person, place, choices, now=now, desk=desk)
        return f"{MOST_WAITING}+" if found > MOST_WAITING else str(found)

    def saved_tab(saved: SavedFilter) -> Tab:
        here = saved == trail.saved if trail.saved else saved.choices == trail.choices
        by = "" if saved.person_id == person.pk else saved.person.name
        return Tab(saved.name, Trail(place, saved.choices, saved).link(), here, count(saved.choices), by)

    fixed = [
        Tab(name, Trail(place, choices).link(), trail.saved is None and trail.choices == choices)
        for name, choices in STANDING[place]
    ]
    return fixed + [saved_tab(saved) for saved in shown_filters(person, place)]


def _offers(request: SignedInRequest, place: Place) -> list[Offer]:
    return [
        Offer(
            act=act.value,
            label=ACTS[act],
            reasons=tuple((word.value, str(REASONS[word.value]).capitalize()) for word in FIXED_REASONS.get(act, ())),
            assessed=act is BulkAct.RENEW,
            whole=act in WHOLE_FILTER,
            most=MOST[act],
        )
        for act in bulk_acts(judge_of(request.user), place)
    ]
