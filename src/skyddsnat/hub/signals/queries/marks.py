"""What a person has not read: a signal that changed since they last opened it, or that they keep unread by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from skyddsnat.hub.paging import MOST_COUNTED, count_up_to
from skyddsnat.hub.signals.models import Desk, Mark, Signal
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MARKS_ARE_KEPT = timedelta(days=180)
"""What has not changed for so long counts as read; marks from before are dropped."""


def desk_of(person: Person) -> Desk:
    """The person's desk; one that nobody has touched is not stored."""
    found = Desk.objects.select_related("list_filter", "queue_filter").filter(person=person).first()
    return found or Desk(person=person)


def read_before(person: Person, desk: Desk) -> datetime:
    """What changed until then counts as read."""
    return max(desk.read_before or person.joined_at, timezone.now() - MARKS_ARE_KEPT)


def unread(person: Person, desk: Desk) -> Q:
    """The condition on rows of signals."""
    since = read_before(person, desk)
    return Q(Exists(_kept(person, since))) | _changed(person, since)


def _kept(person: Person, since: datetime) -> QuerySet[Mark]:
    """Marks by which the person keeps the row's signal unread, for a subquery."""
    return Mark.objects.filter(person=person, signal=OuterRef("pk"), at__gt=since, unread=True)


def _changed(person: Person, since: datetime) -> Q:
    """The condition on signals that have changed since the person read them."""
    mine = Mark.objects.filter(person=person, signal=OuterRef("pk"), at__gt=since, unread=False)
    return Q(changed_at__gt=since) & ~Q(Exists(mine.filter(at__gte=OuterRef("changed_at"))))


def reads_signals(person: Person) -> bool:
    """Whether signals are any of the person's work."""
    return bool({Role(role) for role in person.roles} & ROLES_THAT_READ[ItemKind.SIGNAL])


def unread_count(person: Person) -> int:
    """How many signals that the person may see are unread; at most one more than `MOST_COUNTED`.

    What changed and what is kept unread are counted one after the other, each by its index: a question for either of them at
    once would look at every signal.
    """
    if not reads_signals(person):
        return 0
    since = read_before(person, desk_of(person))
    rows = Signal.objects.visible_to(person)
    kept = rows.filter(pk__in=Mark.objects.filter(person=person, at__gt=since, unread=True).values("signal"))
    found = count_up_to(kept, MOST_COUNTED)
    others = rows.filter(_changed(person, since)).exclude(Exists(_kept(person, since)))
    return found + count_up_to(others, MOST_COUNTED - found) if found <= MOST_COUNTED else found
