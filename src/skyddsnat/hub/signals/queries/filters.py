"""Saved filters that a person may use, and how much each finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, QuerySet, UUIDField

from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.models import SavedFilter
from skyddsnat.policy.bulk import Place

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MOST_SHARED = 10


def _usable(person: Any, member: Any) -> QuerySet[SavedFilter]:
    mine = Q(person=person, member_id=member)
    return SavedFilter.objects.filter(mine | Q(shared=True, member_id=member)).select_related("person")


_shown = Prepared(
    lambda: _usable(Slot("person", UUIDField()), Slot("member", CharField())).filter(place=Slot("place", CharField()))
)


def filters_of(person: Person, place: Place | None = None) -> QuerySet[SavedFilter]:
    """The person's own, and those that colleagues of the same member share; own first."""
    rows = _usable(person.pk, person.member_id)
    return rows.filter(place=place.value) if place is not None else rows


def shown_filters(person: Person, place: Place) -> list[SavedFilter]:
    """Those that stand as tabs above the place's rows: own ones, then the first shared ones."""
    rows: list[SavedFilter] = _shown(person=person.pk, member=person.member_id, place=place.value)
    own = [row for row in rows if row.person_id == person.pk]
    return own + [row for row in rows if row.person_id != person.pk][:MOST_SHARED]
