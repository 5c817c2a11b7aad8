"""Reads of practices: as a list, one, and by the measures behind a metric or a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from skyddsnat.hub.bulletins.models import Practice
from skyddsnat.hub.members.models import Circle
from skyddsnat.hub.members.queries import circles_of, reader_of
from skyddsnat.policy import practices as policy

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person


def practices(person: Person, *, measure: str = "", now: datetime) -> QuerySet[Practice]:
    """What the person may read, by measure, the newest first."""
    rows: QuerySet[Practice] = _visible(person, now=now)
    return rows.filter(measure=measure) if measure else rows


def by_measure(person: Person, measures: Iterable[str], *, now: datetime) -> Mapping[str, list[Practice]]:
    """What the person may read about these measures; a measure without any is left out."""
    found: dict[str, list[Practice]] = {}
    for row in _visible(person, now=now).filter(measure__in=set(measures)):
        found.setdefault(row.measure, []).append(row)
    return found


def practice_for(person: Person, pk: UUID, *, now: datetime) -> Practice | None:
    """One that the person may read, or its own member's; None for any other."""
    found: Practice | None = _visible(person, now=now).filter(pk=pk).first() or own_practice(person, pk)
    return found


def own_practice(person: Person, pk: UUID) -> Practice | None:
    """One that the person may change; None for any other."""
    rows = Practice.objects.of_member(person.member_id).select_related("member", "circle")
    found: Practice | None = rows.filter(pk=pk).first()
    return found if found is not None and policy.may_change(reader_of(person), found.member_id) else None


def circles_to_share_in(person: Person) -> QuerySet[Circle]:
    """Where the person's member can share."""
    return Circle.objects.filter(pk__in=circles_of(person.member_id))


def _visible(person: Person, *, now: datetime) -> Any:
    return Practice.objects.visible_to(person, now=now).select_related("member", "circle")
