"""One signal by its id, as each of its pages asks for it: prepared (docs/adr/0018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, QuerySet, UUIDField

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, rows_in, slots_for
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.queries.marks import desk_of, is_unread, read_before

if TYPE_CHECKING:
    from datetime import datetime

    from skyddsnat.hub.members.models import Person

LIFE = {"circle": Slot("circle", UUIDField())} | {
    name: Slot(name, CharField()) for name in ("type", "hash_kind", "value_index")
}
"""`life_of` with slots instead of values, for prepared queries."""


def seen_by(person: Person, pk: UUID) -> Signal | None:
    """The signal with its circle and who has taken it up, if the person may know of it."""
    reader = reader_of(person)
    found: Signal | None = _signal.of(Sight.of(reader)).one(**given_by(reader), signal=pk)
    return found


def own_report(person: Person, pk: UUID) -> Submission | None:
    """The person's own last report of a signal, if the person may know of that signal now."""
    if seen_by(person, pk) is None:
        return None
    reports = Submission.objects.filter(signal=pk, person=person).select_related("signal")
    found: Submission | None = reports.order_by("-at").first()
    return found


def changed_unread(person: Person, pk: UUID) -> datetime | None:
    """When the signal changed last, if the person may know of it and has not read it since."""
    reader, since = reader_of(person), read_before(person, desk_of(person).read_before)
    given = given_by(reader) | {"person": person.pk, "since": since}
    found = _unread.of(Sight.of(reader)).one(**given, signal=pk)
    return found[0] if found is not None else None


def _visible(sight: Sight, given: dict[str, Any]) -> QuerySet[Signal]:
    rows: QuerySet[Signal] = rows_in(sight, Signal.objects.filter(pk=Slot("signal", UUIDField())), given)
    return rows


def _if_unread(sight: Sight) -> QuerySet[Signal, Any]:
    given = slots_for(sight) | {"since": Slot("since", DateTimeField())}
    rows: QuerySet[Signal, Any] = _visible(sight, given).filter(is_unread(given)).values_list("changed_at")
    return rows


_signal = PreparedIn[Sight](lambda sight: _visible(sight, slots_for(sight)).select_related("circle", "claimed_by"))
_unread = PreparedIn[Sight](_if_unread)
