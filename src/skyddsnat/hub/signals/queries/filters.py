"""Saved filters that a person may use, and how much each finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from skyddsnat.hub.signals.models import SavedFilter
from skyddsnat.policy.bulk import Place

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MOST_SHARED = 10


def filters_of(person: Person, place: Place | None = None) -> QuerySet[SavedFilter]:
    """The person's own, and those that colleagues of the same member share; own first."""
    mine = Q(person=person, member_id=person.member_id)
    rows = SavedFilter.objects.filter(mine | Q(shared=True, member_id=person.member_id)).select_related("person")
    return rows.filter(place=place.value) if place is not None else rows


def shown_filters(person: Person, place: Place) -> list[SavedFilter]:
    """Those that stand as tabs above the place's rows: own ones, then the first shared ones."""
    rows = list(filters_of(person, place))
    own = [row for row in rows if row.person_id == person.pk]
    return own + [row for row in rows if row.person_id != person.pk][:MOST_SHARED]
