"""A list taken out by a person: bounded, counted, logged before it leaves, and marked (docs/adr/0015)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from skyddsnat.hub.accounts.queries import receives_feeds
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.lists import queries
from skyddsnat.hub.lists.formats import Entry, Written, write_masked, write_plain
from skyddsnat.hub.lists.limits import MOST_MASKED, MOST_PLAIN, exports_a_day
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.signals import canaries
from skyddsnat.hub.signals.services.gate import check_text
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.policy.canaries import Mark, marks
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.transfers import check_export
from skyddsnat.policy.vocabulary import HashKind

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

LONGEST_NOTE = 300
SHORTEST_NOTE = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for.  plain: with values.  type, state: "" for all.  reason, note: why."""

    circle: Circle
    form: str
    plain: bool
    type: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The file, on its way out.  Nothing keeps it."""

    export: Export
    name: str
    content_type: str
    body: bytes


def take_out(actor: Actor, wish: Wish, *, now: datetime) -> Taken:
    """The list as a file.  The entry in the log is written before the file leaves.

    Masked lists are CSV.  Raises PolicyRefusal: people_only, what `check_export` raises, not_in_circle, unknown_reason,
    note_needed, a guard's code, masked_is_csv, nothing_to_export, too_much, export_quota.
    """
    person = person_of(actor)
    _check(person, wish)
    if exports_left(person, now=now) <= 0:
        raise PolicyRefusal("export_quota")
    pk = uuid4()
    planted = marks(canaries.mark_key(), member=person.member_id, export=str(pk))
    size, count, written = (_plain if wish.plain else _masked)(person, wish, planted, export=pk, now=now)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if exports_left(person, now=now) <= 0:
            raise PolicyRefusal("export_quota")
        filters = {"type": wish.type, "state": wish.state}
        export = Export.objects.create(
            id=pk,
            member_id=person.member_id,
            person=person,
            circle=wish.circle,
            form=wish.form,
            plain=wish.plain,
            filters=filters,
            reason=wish.reason,
            note=wish.note.strip(),
            count=size,
            planted=count,
            at=now,
        )
        facts = {"rows": size, "form": wish.form, "plain": wish.plain, "reason": wish.reason, **filters}
        record(actor, "list.exported", kind="export", object_id=pk, circle=wish.circle.pk, **facts)
    ending = "csv" if wish.form == Export.Form.CSV else "json"
    return Taken(export, f"skyddsnat-{export.reference}.{ending}", written.content_type, written.body)


def exports_left(person: Person, *, now: datetime) -> int:
    """Lists that the person may still take out today."""
    return max(0, exports_a_day() - Export.objects.filter(person=person, at__gt=now - timedelta(days=1)).count())


def _check(person: Person, wish: Wish) -> None:
    reader = reader_of(person)
    check_export(reader, plain=wish.plain, receives=receives_feeds(person.member))
    if wish.circle.pk not in reader.circles:
        raise PolicyRefusal("not_in_circle")
    if wish.reason not in Export.Reason.values:
        raise PolicyRefusal("unknown_reason")
    if not wish.plain and wish.form != Export.Form.CSV:
        raise PolicyRefusal("masked_is_csv")
    if len(wish.note.strip()) < SHORTEST_NOTE:
        raise PolicyRefusal("note_needed")
    check_text(wish.note, longest=LONGEST_NOTE)


def _plain(
    person: Person, wish: Wish, planted: Sequence[Mark], *, export: UUID, now: datetime
) -> tuple[int, int, Written]:
    """How many rows, how many marks among them, and the file."""
    found = queries.plain_entries(person, wish.circle, type=wish.type, state=wish.state)
    _check_size(len(found), MOST_PLAIN)
    rows = _plant(found, planted)
    return len(found), len(rows) - len(found), write_plain(rows, form=wish.form, export=export, at=now)


def _masked(
    person: Person, wish: Wish, planted: Sequence[Mark], *, export: UUID, now: datetime
) -> tuple[int, int, Written]:
    """The same without values: here the short name of a row is the mark."""
    found = queries.masked_entries(person, wish.circle, type=wish.type, state=wish.state)
    _check_size(len(found), MOST_MASKED)
    rows = [*found, *(_pick(found, mark).as_if(mark.reference) for mark in planted)]
    return len(found), len(planted), write_masked(sorted(rows, key=lambda one: one.reference))


def _check_size(rows: int, most: int) -> None:
    if not rows:
        raise PolicyRefusal("nothing_to_export")
    if rows > most:
        raise PolicyRefusal("too_much", f"more than {most} rows")


def _plant(found: Sequence[Entry], planted: Sequence[Mark]) -> list[Entry]:
    """The rows by value, with the marks among them, each like a row that it could be."""
    zone = next(iter(canaries.zones()), "")
    rows = list(found)
    for mark in planted:
        models = [
            one for one in found if mark.value(one.facts.type, zone) and one.facts.hash_kind in {None, HashKind.SHA256}
        ]
        if models:
            like = _pick(models, mark)
            rows.append(like.as_if(mark.value(like.facts.type, zone)))
    return sorted(rows, key=lambda one: one.facts.value)


def _pick[E](models: Sequence[E], mark: Mark) -> E:
    return random.Random(mark.digest).choice(models)  # noqa: S311 - which row it resembles is no secret
