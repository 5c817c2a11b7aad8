"""What a person has not read: a signal that changed since they last opened it, or that they keep unread by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, UUIDField, Value
from django.utils import timezone

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.paging import MOST_COUNTED
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, rows_in, slots_for
from skyddsnat.hub.signals.models import Desk, Mark, Signal
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MARKS_ARE_KEPT = timedelta(days=180)
"""What has not changed for so long counts as read; marks from before are dropped."""


_desk = Prepared(lambda: Desk.objects.filter(person=Slot("person", UUIDField())).order_by())


def desk_of(person: Person) -> Desk:
    """The person's desk; one that nobody has touched is not stored."""
    found: Desk | None = _desk.one(person=person.pk)
    return found or Desk(person=person)


def read_before(person: Person, said: datetime | None) -> datetime:
    """What changed until then counts as read.  said: what stands on the person's desk."""
    return max(said or person.joined_at, timezone.now() - MARKS_ARE_KEPT)


_said = Prepared(lambda: Desk.objects.filter(person=Slot("person", UUIDField())).order_by().values_list("read_before"))


def unread(person: Person, desk: Desk) -> Q:
    """The condition on rows of signals."""
    return is_unread({"person": person.pk, "since": read_before(person, desk.read_before)})


def is_unread(given: Mapping[str, Any]) -> Q:
    """The same, of a person and since when, or of slots for them."""
    return Q(Exists(_kept(given))) | _changed(given)


def _kept(given: Mapping[str, Any]) -> QuerySet[Mark]:
    """Marks by which the person keeps the row's signal unread, for a subquery.  given: the person and since when."""
    return _marks(given).filter(signal=OuterRef("pk"), unread=True)


def _changed(given: Mapping[str, Any]) -> Q:
    """The condition on signals that have changed since the person read them."""
    read = _marks(given).filter(signal=OuterRef("pk"), unread=False, at__gte=OuterRef("changed_at"))
    return Q(changed_at__gt=given["since"]) & ~Q(Exists(read))


def _marks(given: Mapping[str, Any]) -> QuerySet[Mark]:
    return Mark.objects.filter(person=given["person"], at__gt=given["since"])


def reads_signals(person: Person) -> bool:
    """Whether signals are any of the person's work."""
    return bool({Role(role) for role in person.roles} & ROLES_THAT_READ[ItemKind.SIGNAL])


def unread_count(person: Person) -> int:
    """How many signals that the person may see are unread; at most one more than `MOST_COUNTED`.

    What changed and what is kept unread are counted one after the other, each by its index: a question for either of them at
    once would look at every signal.  It stands on every page, so both are prepared (docs/adr/0018).
    """
    if not reads_signals(person):
        return 0
    reader, said = reader_of(person), _said.one(person=person.pk)
    given = given_by(reader) | {"person": person.pk, "since": read_before(person, said[0] if said else None)}
    found = len(_rows_kept(Sight.of(reader), **given))
    if found <= MOST_COUNTED:
        found += len(_rows_changed(Sight.of(reader), **given))
    return min(found, MOST_COUNTED + 1)


def _few(sight: Sight, condition: Callable[[Mapping[str, Any]], Q]) -> QuerySet[Signal, Any]:
    """Of the signals that a reader of this sight may see and that fit, as many rows as are counted."""
    given = slots_for(sight) | {"since": Slot("since", DateTimeField())}
    rows = rows_in(sight, Signal.objects.filter(condition(given)), given)
    counted: QuerySet[Signal, Any] = rows.order_by("-changed_at").values_list(Value(1))[: MOST_COUNTED + 1]
    return counted


_rows_kept = PreparedIn[Sight](
    lambda sight: _few(sight, lambda given: Q(pk__in=_marks(given).filter(unread=True).values("signal")))
)
_rows_changed = PreparedIn[Sight](lambda sight: _few(sight, lambda given: _changed(given) & ~Q(Exists(_kept(given)))))
