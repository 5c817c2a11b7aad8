"""Acts on many signals.  Each row goes through the service for one, with its policy, its lock, its history and its log.

What cannot be taken back is held first: the person may undo it while nothing has happened.  A row and what came of it are written
in one transaction, so that a crash in the middle leaves no row done twice and none forgotten: whoever goes on takes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals.models import Batch, BatchRow, Signal
from skyddsnat.hub.signals.queries.marks import desk_of, unread
from skyddsnat.hub.signals.services import lifecycle, marks, review
from skyddsnat.hub.signals.services.hands import judge_of, take
from skyddsnat.policy.bulk import HELD, MARKS, UNDO_FOR, BulkAct, check_bulk, check_size
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import RejectReason, Withdrawal, WithdrawReason, bases_for

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

BATCHES_ARE_KEPT = timedelta(days=7)
REASONS: dict[BulkAct, frozenset[str]] = {
    BulkAct.RETRACT: frozenset(WithdrawReason),
    BulkAct.REJECT: frozenset(RejectReason),
}
type One = Callable[[Batch, UUID, datetime], None]


def start(
    person: Person,
    act: BulkAct,
    signals: Iterable[UUID],
    *,
    now: datetime,
    back: str,
    reason: str = "",
    whole_filter: bool = False,
) -> Batch:
    """Take in what the person chose.  Held acts wait; the others are done before this returns.

    Ids that the person may not see count for nothing.  Raises PolicyRefusal: what `check_bulk` and `check_size` raise,
    unknown_reason.
    """
    check_bulk(judge_of(person), act)
    if act in REASONS and reason not in REASONS[act]:
        raise PolicyRefusal("unknown_reason")
    rows = _seen(person, signals)
    check_size(act, len(rows), whole_filter=whole_filter)
    with transaction.atomic():
        batch = Batch.objects.create(
            person=person,
            act=act.value,
            reason=reason if act in REASONS else "",
            back=back,
            state=Batch.State.HELD if act in HELD else Batch.State.RUNNING,
            at=now,
            due_at=now + (desk_of(person).hold if act in HELD else timedelta(0)),
        )
        BatchRow.objects.bulk_create(
            [BatchRow(batch=batch, signal_id=pk, changed_at=changed) for pk, changed in rows], batch_size=500
        )
        if act in MARKS:
            _mark(batch, now=now)
    return batch if act in HELD else run(batch, now=now)


def _seen(person: Person, signals: Iterable[UUID]) -> list[tuple[UUID, datetime]]:
    """The chosen ones that the person may see, in the order in which they were chosen."""
    chosen = list(dict.fromkeys(signals))
    found: dict[UUID, datetime] = {}
    for step in range(0, len(chosen), 500):
        part = Signal.objects.visible_to(person).filter(pk__in=chosen[step : step + 500])
        found.update(part.values_list("pk", "changed_at"))
    return [(pk, found[pk]) for pk in chosen if pk in found]


def run(batch: Batch, *, now: datetime, most: int | None = None) -> Batch:
    """Do what is left of it, at most `most` rows; the next call goes on.  A batch that was undone stays undone."""
    with transaction.atomic():
        batch = _locked(batch.pk)
        if batch.state == Batch.State.HELD:
            batch.state = Batch.State.RUNNING
            batch.save(update_fields=["state"])
    if batch.state != Batch.State.RUNNING:
        return batch
    left = list(batch.rows.filter(outcome="").values_list("pk", flat=True))
    for pk in left[:most]:
        _row(batch, pk, now=now)
    if most is None or len(left) <= most:
        Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING).update(state=Batch.State.DONE)
        batch.refresh_from_db(fields=["state"])
    return batch


def undo(person: Person, batch: Batch, *, now: datetime) -> Batch:
    """Undo one's own batch: what is held never happens, marks go back, claims are released and released ones claimed again.

    Raises PolicyRefusal("too_late") once a held act has begun, and for the others after `UNDO_FOR`; Batch.DoesNotExist for
    another person's.
    """
    with transaction.atomic():
        batch = _locked(batch.pk, person=person)
        act = BulkAct(batch.act)
        if batch.state == Batch.State.UNDONE:
            return batch
        if act in HELD and batch.state != Batch.State.HELD:
            raise PolicyRefusal("too_late")
        if act not in HELD and (batch.state != Batch.State.DONE or now > batch.at + UNDO_FOR):
            raise PolicyRefusal("too_late")
        batch.state = Batch.State.UNDONE
        batch.save(update_fields=["state"])
        if act in MARKS:
            _unmark(batch, now=now)
    if act in _BACK:
        for row in batch.rows.filter(outcome=BatchRow.Outcome.DONE):
            _turn_back(batch, row, now=now)
    return batch


def run_due(now: datetime) -> int:
    """Do what is due and what a crash has left half done, and forget old batches.  Returns how many were done."""
    Batch.objects.filter(at__lt=now - BATCHES_ARE_KEPT).exclude(state=Batch.State.HELD).delete()
    due = Batch.objects.filter(state__in=[Batch.State.HELD, Batch.State.RUNNING], due_at__lte=now)
    return len([run(batch, now=now) for batch in due.order_by("at")])


def _locked(pk: UUID, **more: Person) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("person__member").get(pk=pk, **more)


def _row(batch: Batch, pk: int, *, now: datetime) -> None:
    with transaction.atomic():
        row = BatchRow.objects.select_for_update().filter(pk=pk, outcome="").first()
        if row is None:
            return  # somebody else was faster
        row.code = _refusal(batch, row, now)
        row.outcome = BatchRow.Outcome.REFUSED if row.code else BatchRow.Outcome.DONE
        row.save(update_fields=["outcome", "code"])


def _refusal(batch: Batch, row: BatchRow, now: datetime) -> str:
    """Do it to one signal; "" when it was done, else the code of why not."""
    act = BulkAct(batch.act)
    try:
        with transaction.atomic():
            if act in HELD and take(batch.person, row.signal_id).changed_at != row.changed_at:
                raise PolicyRefusal("changed_meanwhile")
            _ACTS[act](batch, row.signal_id, now)
    except PolicyRefusal as refused:
        return refused.code
    except Signal.DoesNotExist:
        return "not_there"
    marks.opened(batch.person, row.signal_id, now=now)
    return ""


def _turn_back(batch: Batch, row: BatchRow, *, now: datetime) -> None:
    try:
        _BACK[BulkAct(batch.act)](batch, row.signal_id, now)
    except PolicyRefusal as refused:
        row.code = refused.code
    except Signal.DoesNotExist:
        row.code = "not_there"
    else:
        row.turned_back = True
    row.save(update_fields=["code", "turned_back"])


def _claim(batch: Batch, pk: UUID, now: datetime) -> None:
    review.claim(Actor.of(batch.person), pk, now=now)


def _release(batch: Batch, pk: UUID, now: datetime) -> None:
    review.release(Actor.of(batch.person), pk, now=now)


def _reject(batch: Batch, pk: UUID, now: datetime) -> None:
    review.reject(Actor.of(batch.person), pk, reason=batch.reason, now=now)


def _retract(batch: Batch, pk: UUID, now: datetime) -> None:
    lifecycle.withdraw(Actor.of(batch.person), pk, reason=batch.reason, now=now, only=Withdrawal.REPORT)


def _renew(batch: Batch, pk: UUID, now: datetime) -> None:
    basis = bases_for(judge_of(batch.person).mandate)
    if not basis:
        raise PolicyRefusal("needs_mandate")
    lifecycle.renew(Actor.of(batch.person), pk, basis=basis[0], now=now)


def _mark(batch: Batch, *, now: datetime) -> None:
    """All at once: marks are the person's own and need nobody's leave."""
    person, act = batch.person, BulkAct(batch.act)
    if act is BulkAct.READ_ALL:
        batch.was_read_before = marks.read_all(person, now=now)
        batch.save(update_fields=["was_read_before"])
        return
    other = Q(signal__in=Signal.objects.filter(unread(person, desk_of(person))))
    moved = batch.rows.filter(other if act is BulkAct.READ else ~other)
    ids = list(moved.values_list("signal_id", flat=True))
    moved.update(outcome=BatchRow.Outcome.DONE)
    batch.rows.filter(outcome="").update(outcome=BatchRow.Outcome.SAME)
    marks.set_marks(person, ids, unread=act is BulkAct.UNREAD, now=now)


def _unmark(batch: Batch, *, now: datetime) -> None:
    if batch.act == BulkAct.READ_ALL:
        marks.unread_again(batch.person, before=batch.was_read_before)
        return
    moved = batch.rows.filter(outcome=BatchRow.Outcome.DONE)
    ids = list(moved.values_list("signal_id", flat=True))
    marks.set_marks(batch.person, ids, unread=batch.act == BulkAct.READ, now=now)
    moved.update(turned_back=True)


_ACTS: dict[BulkAct, One] = {
    BulkAct.CLAIM: _claim,
    BulkAct.RELEASE: _release,
    BulkAct.RETRACT: _retract,
    BulkAct.REJECT: _reject,
    BulkAct.RENEW: _renew,
}
_BACK: dict[BulkAct, One] = {BulkAct.CLAIM: _release, BulkAct.RELEASE: _claim}
