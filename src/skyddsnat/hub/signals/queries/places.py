"""The list and the review queue as places: which rows a choice gives there, how many, and what stands beside one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from skyddsnat.hub.paging import MOST_WAITING, InTurn, count_up_to
from skyddsnat.hub.signals.queries.listing import listed
from skyddsnat.hub.signals.queries.queue import chosen
from skyddsnat.policy.bulk import Place

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.rows import Rows
    from skyddsnat.hub.signals.models import Desk, Signal


def rows_of(
    person: Person, place: Place, choices: Mapping[str, Any], *, now: datetime, desk: Desk | None = None
) -> Rows[Signal] | InTurn[Signal]:
    """What the person sees in this place with these choices, in the place's order."""
    if place is Place.QUEUE:
        return chosen(person, now=now, desk=desk, **choices)
    return listed(person, desk=desk, **choices)


def count_of(person: Person, place: Place, choices: Mapping[str, Any], *, now: datetime, desk: Desk) -> int:
    """How many there are, up to one more than `MOST_WAITING`."""
    return count_up_to(rows_of(person, place, choices, now=now, desk=desk), MOST_WAITING)


@dataclass(frozen=True, slots=True)
class Beside:
    """What comes before and after a signal in a place.  Positions count from 0; None where there is nothing."""

    before: tuple[int, UUID] | None
    after: tuple[int, UUID] | None


def beside(rows: Rows[Signal] | InTurn[Signal], pk: UUID, position: int, *, changed_first: bool) -> Beside:
    """The neighbours of a signal that stood at this position.

    If it has left, what now stands at its place is the next: a judged signal leaves the queue, and the reviewer goes on with the
    one that moved up.  changed_first: the place's order puts what was just changed or taken up at the top, so that what was
    passed already has moved down by one.
    """
    start = max(position - 1, 0)
    near = dict(enumerate(rows.values_list("pk", flat=True)[start : position + 2], start))
    here = next((index for index, found in near.items() if found == pk), None)
    jumped = changed_first and position > 0 and (here == 0 or (here is None and rows.filter(pk=pk).exists()))
    if jumped:
        before, after = position, position + 1
    elif here is None:
        before, after = position - 1, position
    else:
        before, after = here - 1, here + 1
    return Beside(_at(near, before), _at(near, after))


def _at(rows: Mapping[int, UUID], position: int) -> tuple[int, UUID] | None:
    return (position, rows[position]) if position in rows else None
