"""Proposals to let a protected name through, as far as a person sees them, with what that person may do about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skyddsnat.hub.members.queries import hand_of
from skyddsnat.hub.signals.models import ProtectOverride
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import Hand, check_override_confirmation, check_override_end
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal.  confirm, end: whether this person may."""

    override: ProtectOverride
    confirm: bool
    end: bool


def overrides_for(person: Person) -> QuerySet[ProtectOverride]:
    """All of them for whoever decides or coordinates; an analyst sees the own organisation's."""
    rows = ProtectOverride.objects.select_related("proposed_by__member", "confirmed_by__member")
    if not (person.has_role(Role.REVIEWER) or person.has_role(Role.COORDINATOR)):
        rows = rows.filter(proposed_by__member=person.member_id)
    return rows.order_by("-proposed_at")


def override_lines(person: Person) -> list[Line]:
    """The newest of them."""
    hand = hand_of(person)
    return [_line(row, hand) for row in overrides_for(person)[:SHOWN]]


def _line(row: ProtectOverride, hand: Hand) -> Line:
    first = hand_of(row.proposed_by)
    return Line(
        row,
        confirm=row.confirmed_at is None and _allowed(check_override_confirmation, first, hand),
        end=_allowed(check_override_end, hand, first),
    )


def _allowed(check: Callable[[Hand, Hand], None], one: Hand, other: Hand) -> bool:
    try:
        check(one, other)
    except PolicyRefusal:
        return False
    return True
