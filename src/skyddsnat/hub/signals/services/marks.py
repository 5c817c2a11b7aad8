"""Read and unread.  Not in the log: a mark changes nothing for anybody else, and nobody else may see what somebody reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.signals.models import Desk, Mark
from skyddsnat.hub.signals.queries.marks import MARKS_ARE_KEPT, desk_of
from skyddsnat.hub.signals.queries.single import changed_unread

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def set_marks(person: Person, signals: Iterable[UUID], *, unread: bool, now: datetime) -> None:
    """Mark these, which the person may see, as read or as unread."""
    Mark.objects.bulk_create(
        [Mark(person=person, signal_id=pk, at=now, unread=unread) for pk in signals],
        update_conflicts=True,
        unique_fields=["person", "signal"],
        update_fields=["at", "unread"],
        batch_size=500,
    )


def opened(person: Person, pk: UUID, *, now: datetime) -> None:
    """The person looks at it: read.  Writes only when it was not."""
    changed = changed_unread(person, pk)
    if changed is not None:
        # A change within this very millisecond may be stamped a little ahead of the clock.
        set_marks(person, [pk], unread=False, now=max(now, changed))


@transaction.atomic
def read_all(person: Person, *, now: datetime) -> datetime | None:
    """Everything until now is read.  Returns what stood there before, for whoever turns it back."""
    desk = desk_of(person)
    was, desk.read_before = desk.read_before, now
    desk.save()
    return was


def unread_again(person: Person, *, before: datetime | None) -> None:
    """Turn `read_all` back: marks from before it still lie there."""
    Desk.objects.filter(person=person).update(read_before=before)


def forget(now: datetime) -> int:
    """Drop marks that say nothing any more."""
    return Mark.objects.filter(at__lt=now - MARKS_ARE_KEPT).delete()[0]
