"""What a person has lately done to many signals, and what came of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, DateTimeField, QuerySet, UUIDField

from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.models import Batch, BatchRow, Signal
from skyddsnat.policy.bulk import HELD, UNDO_FOR, BulkAct

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

TOLD_FOR = timedelta(minutes=2)
"""How long a finished batch is spoken of above the rows; its own page stays for a week."""


@dataclass(frozen=True, slots=True)
class Told:
    """A batch with its figures.  reasons: code and number of those not done.  may_undo: whether it is not too late."""

    batch: Batch
    total: int
    done: int
    waiting: int
    refused: int
    reasons: tuple[tuple[str, int], ...]
    may_undo: bool
    seconds_left: int
    was_held: bool


def told(batch: Batch, *, now: datetime) -> Told:
    """The batch in figures."""
    counts = list(
        BatchRow.objects.filter(batch=batch).order_by().values_list("outcome", "code").annotate(n=Count("pk"))
    )
    by = dict.fromkeys(BatchRow.Outcome.values, 0)
    for outcome, _, n in counts:
        by[outcome] += n
    act = BulkAct(batch.act)
    in_time = batch.state == Batch.State.HELD if act in HELD else now <= batch.at + UNDO_FOR
    return Told(
        batch=batch,
        total=sum(by.values()),
        done=by[BatchRow.Outcome.DONE] + by[BatchRow.Outcome.SAME],
        waiting=by[BatchRow.Outcome.WAITING],
        refused=by[BatchRow.Outcome.REFUSED],
        reasons=tuple(sorted((code, n) for outcome, code, n in counts if outcome == BatchRow.Outcome.REFUSED)),
        may_undo=in_time and batch.state in {Batch.State.HELD, Batch.State.DONE},
        seconds_left=max(0, math.ceil((batch.due_at - now).total_seconds())),
        was_held=act in HELD,
    )


def latest(person: Person, *, now: datetime) -> Told | None:
    """The batch to speak of now: one that waits, or the last one of the last minutes."""
    found: Batch | None = _open.one(person=person.pk) or _recent.one(person=person.pk, since=now - TOLD_FOR)
    return told(found, now=now) if found else None


def _batches() -> QuerySet[Batch]:
    return Batch.objects.filter(person=Slot("person", UUIDField()))


_open = Prepared(lambda: _batches().filter(state__in=[Batch.State.HELD, Batch.State.RUNNING])[:1])
_recent = Prepared(lambda: _batches().filter(due_at__gt=Slot("since", DateTimeField()))[:1])


def held_signals(person: Person) -> frozenset[UUID]:
    """Signals on which something of this person's waits."""
    return frozenset(pk for (pk,) in _held(person=person.pk))


_held = Prepared(
    lambda: (
        BatchRow.objects.filter(batch__person=Slot("person", UUIDField()), batch__state=Batch.State.HELD)
        .order_by()
        .values_list("signal_id")
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a batch.  signal: None where the person may not see it any more."""

    row: BatchRow
    signal: Signal | None


def lines(person: Person, batch: Batch, *, most: int = 200) -> list[Line]:
    """The rows, those not done first; signals only where they are still the person's to see."""
    rows = list(batch.rows.order_by("-code", "pk")[:most])
    seen = Signal.objects.visible_to(person).in_bulk([row.signal_id for row in rows])
    return [Line(row, seen.get(row.signal_id)) for row in rows]
