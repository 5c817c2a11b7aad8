"""An import's way as its person decides it: brought, confirmed, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists.drafts import pack
from skyddsnat.hub.lists.models import GUESSED, LONGEST_DRAFT, Import, ImportRow
from skyddsnat.hub.lists.reading import Read
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.signals.reading import Row
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.gate import LONGEST_NOTE, MOST_TECHNIQUES
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.hub.signals.services.intake import check_marking, sender_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.intake import strictest
from skyddsnat.policy.transfers import Pace, pace_of
from skyddsnat.policy.vocabulary import Mandate, Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

LONGEST_VALUE = 2_048

MOST_OPEN = 20
"""Imports of one member that have not ended: each may be a hundred thousand rows on the hub's disk."""

STAGED_AT_ONCE = 1_000
"""Rows in one transaction while a list is written down: nobody else waits long for the database."""


def receive(
    actor: Actor, read: Read, *, circle: Circle, marking: Marking, now: datetime, named: Iterable[Person] = ()
) -> Import:
    """Write a list down, to be checked next.  A crash half-way leaves an import that never ends being read; upkeep drops it.

    Raises PolicyRefusal: people_only, too_many_imports, what `signals.services.submit` raises when nothing may come in.
    """
    person = person_of(actor)
    people = check_marking(sender_of(actor, circle), marking, named)
    if Import.objects.filter(member_id=person.member_id, ended_at=None).count() >= MOST_OPEN:
        raise PolicyRefusal("too_many_imports")
    with transaction.atomic():
        made: Import = Import.objects.create(
            member_id=person.member_id,
            person=person,
            circle=circle,
            marking=marking.value,
            channel=read.channel,
            total=len(read.rows),
            missing=read.missing,
            created_at=now,
        )
        made.named.set(people)
    for start in range(0, len(read.rows), STAGED_AT_ONCE):
        with transaction.atomic():
            ImportRow.objects.bulk_create(_staged(made, read.rows[start : start + STAGED_AT_ONCE], start, marking))
    with transaction.atomic():
        made.state = Import.State.CHECKING
        made.save(update_fields=["state"])
        record(
            actor,
            "import.received",
            kind="import",
            object_id=made.pk,
            rows=made.total,
            channel=made.channel,
        )
    return made


def confirm(actor: Actor, pk: UUID, *, now: datetime) -> Import:
    """Let the hub take in what the person has seen.  Raises Import.DoesNotExist; PolicyRefusal: not_yours, not_ready."""
    with transaction.atomic():
        made = _locked(actor, pk)
        if made.state != Import.State.READY:
            raise PolicyRefusal("not_ready")
        made.state, made.confirmed_at = Import.State.RUNNING, now
        made.save(update_fields=["state", "confirmed_at"])
        record(
            actor,
            "import.confirmed",
            kind="import",
            object_id=made.pk,
            rows=made.total,
            pace=pace_for(made).value,
        )
    return made


def cancel(actor: Actor, pk: UUID, *, now: datetime) -> Import:
    """Stop an import.  What was taken in stays; it can be withdrawn signal by signal.  The rest is dropped.

    Raises Import.DoesNotExist; PolicyRefusal: not_yours, ended.
    """
    with transaction.atomic():
        made = _locked(actor, pk)
        if made.ended_at is not None:
            raise PolicyRefusal("ended")
        end(made, Import.State.CANCELLED, now=now)
        record(actor, "import.cancelled", kind="import", object_id=made.pk, rows=made.total, handled=made.handled)
    return made


def end(made: Import, state: Import.State, *, now: datetime, stopped_by: str = "") -> None:
    """Write the end of a locked import.  Values that still wait are dropped by whoever works next."""
    made.state, made.ended_at, made.stopped_by = state, now, stopped_by
    made.lease = made.lease_until = made.not_before = None
    made.save()


def pace_for(made: Import) -> Pace:
    """Whether the import draws from the member's hour or from a day's allowance of its own."""
    return pace_of(Mandate(made.member.mandate) if made.member.mandate else None)


def _locked(actor: Actor, pk: UUID) -> Import:
    person = person_of(actor)
    rows = Import.objects.visible_to(person)
    found: Import = rows.select_for_update(of=("self",)).get(pk=pk)
    if found.person_id != person.pk:
        raise PolicyRefusal("not_yours")
    return found


def _staged(made: Import, rows: Sequence[Row], before: int, marking: Marking) -> Iterator[ImportRow]:
    for place, row in enumerate(rows, start=before + 1):
        found = ImportRow(import_of=made, place=place, number=row.number)
        code = row.code if row.draft is None else _too_long(row.draft)
        packed = ""
        if row.draft is not None and not code:
            packed = pack(row.draft, strictest(marking, row.marking) if row.marking else marking)
            code = "too_long" if len(packed) > LONGEST_DRAFT else ""
        if code or row.draft is None:
            found.expected, found.code = ImportRow.Outcome.REFUSED, code
        else:
            found.type = row.draft.type.value
            found.warnings = GUESSED if row.guessed else ""
            found.draft = packed
        yield found


def _too_long(draft: SignalDraft) -> str:
    """The code of what cannot even wait to be looked at; the gate refuses it for the same reason."""
    if len(draft.text) > LONGEST_VALUE:
        return "too_long"
    if len(draft.techniques) > MOST_TECHNIQUES:
        return "too_many_techniques"
    return "note_too_long" if len(draft.note) > LONGEST_NOTE else ""
