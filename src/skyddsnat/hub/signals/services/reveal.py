"""Uncovering a value, and asking whether a value is known: both logged before anything is told, both limited (security.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, UUIDField

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import roles_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.canaries import is_canary_form
from skyddsnat.hub.signals.limits import lookups_a_day, reveals_a_day
from skyddsnat.hub.signals.models import Lookup, Reveal, Signal
from skyddsnat.hub.signals.queries.single import seen_by
from skyddsnat.hub.signals.services.alarms import canaries_met
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.gate import check_text
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.hub.signals.services.recent import check_reason_in_turn
from skyddsnat.hub.signals.services.settling import auditors_of
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import HashKind, SignalType

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

DAY = timedelta(days=1)
LONGEST_REASON = 300
SHORTEST_REASON = 5


def reveal(actor: Actor, signal: Signal | UUID, *, reason: str, note: str, now: datetime) -> str:
    """The signal's value in normal form, for one person, once.

    The entry is written before the value leaves and in the same transaction; colleagues and the circle's auditors can read it.
    Raises Signal.DoesNotExist for unknown and forbidden alike; PolicyRefusal: people_only, unknown_reason, note_needed,
    reveal_quota, cannot_be_opened, or a guard's code for the note.
    """
    if reason not in Reveal.Reason.values:
        raise PolicyRefusal("unknown_reason")
    if len(note.strip()) < SHORTEST_REASON:
        raise PolicyRefusal("note_needed")
    check_text(note, longest=LONGEST_REASON)
    with transaction.atomic():
        person = lock_person(actor)
        found = seen_by(person, signal.pk if isinstance(signal, Signal) else signal)
        if found is None:
            raise Signal.DoesNotExist
        if reveals_left(person, now=now) <= 0:
            raise PolicyRefusal("reveal_quota")
        check_reason_in_turn(person, note.strip(), now=now)
        if not opens(found, "value"):
            raise PolicyRefusal("cannot_be_opened")
        add_row(
            new_row(
                Reveal,
                signal_id=found.pk,
                person_id=person.pk,
                member_id=person.member_id,
                reason=reason,
                note=note.strip(),
                at=now,
            )
        )
        record(
            actor,
            "signal.revealed",
            kind="signal",
            object_id=found.pk,
            circle=auditors_of(found),
            reason=reason,
        )
        return found.value


def reveals_left(person: Person, *, now: datetime) -> int:
    """Values that the person may still uncover today."""
    a_day = reveals_a_day()
    return a_day - _revealed.number({"person": person.pk, "since": now - DAY}, a_day)


def look_up(actor: Actor, type: SignalType, text: str, *, hash_kind: HashKind | None, now: datetime) -> list[UUID]:
    """The signals with exactly this value that the person can see already.  Never tells of others.

    Each question is counted and logged, since a stranger's question is "is my address known?".
    Raises PolicyRefusal: people_only, no_role, lookup_quota, or a reason of the normal form.
    """
    form = normalise(type, text, hash_kind=hash_kind)
    with transaction.atomic():
        person = lock_person(actor)
        if is_canary_form(form):
            canaries_met(actor, [SignalDraft(type, text, hash_kind)], channel="look_up", now=now)
        if not roles_of(person) & ROLES_THAT_READ[ItemKind.SIGNAL]:
            raise PolicyRefusal("no_role")
        if lookups_left(person, now=now) <= 0:
            raise PolicyRefusal("lookup_quota")
        rows = Signal.objects.visible_to(person).with_values([(form.type.value, form.value)])
        if form.hash_kind is not None:
            rows = rows.filter(hash_kind=form.hash_kind.value)
        found = list(rows.order_by("-changed_at").values_list("pk", flat=True))
        asked = Lookup.objects.create(
            person=person, member=person.member, type=form.type.value, found=bool(found), at=now
        )
        record(actor, "signal.looked_up", kind="lookup", object_id=asked.pk, type=form.type.value, found=len(found))
        return found


def lookups_left(person: Person, *, now: datetime) -> int:
    """Questions that the person may still ask today."""
    a_day = lookups_a_day()
    return a_day - _asked.number({"person": person.pk, "since": now - DAY}, a_day)


_revealed = Prepared(
    lambda: (
        Reveal.objects.filter(person=Slot("person", UUIDField()), at__gt=Slot("since", DateTimeField()))
        .order_by()
        .values_list("pk")
    )
)
_asked = Prepared(
    lambda: (
        Lookup.objects.filter(person=Slot("person", UUIDField()), at__gt=Slot("since", DateTimeField()))
        .order_by()
        .values_list("pk")
    )
)


def lock_person(actor: Actor) -> Person:
    """The person's row, locked, so that two requests at once cannot both take the last of the day."""
    person = person_of(actor)
    Person.objects.select_for_update().get(pk=person.pk)
    return person
