"""Requests to let a stopped text through, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from skyddsnat.hub.signals.models import FalseStop
from skyddsnat.hub.signals.words import KINDS
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One request.  kinds: in words."""

    request: FalseStop
    kinds: tuple[str | Promise, ...]


def waiting_for(person: Person, *, now: datetime) -> list[Line]:
    """What this coordinator can decide: open requests from organisations other than the own."""
    if not person.has_role(Role.COORDINATOR):
        return []
    rows = FalseStop.objects.visible_to(person).filter(decided_at=None, lapses_at__gt=now)
    others = rows.exclude(member__control_group=person.member.control_group)
    return _lines(others.select_related("person", "member", "circle").order_by("asked_at")[:SHOWN])


def own(person: Person) -> list[Line]:
    """What became of the person's own requests."""
    rows = FalseStop.objects.visible_to(person).filter(person=person)
    return _lines(rows.select_related("circle", "decided_by__member")[:SHOWN])


def ready_to_use(person: Person, *, now: datetime) -> int:
    """Texts of this person that have been released and not been handed in."""
    return FalseStop.objects.filter(person=person, released=True, used_at=None, lapses_at__gt=now).count()


def _lines(rows: Iterable[FalseStop]) -> list[Line]:
    return [Line(row, tuple(KINDS[kind] for kind in row.kinds)) for row in rows]
