"""Events on the axis of a series, or of all: recorded and taken away by coordinators."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.services.wording import check_prose
from skyddsnat.hub.statistics.models import Event, Series
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.sight import check_coordinator
from skyddsnat.policy.statistics.words import EventKind

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@transaction.atomic
def add_event(
    person: Person, series: Series | None, kind: EventKind, day: date, *, note_sv: str, note_en: str, now: datetime
) -> Event:
    """Mark what happened that day.  series: None for all of them.

    Raises PolicyRefusal("not_coordinator" | "not_yet" | "one_language" | "imagery" | "personal_data").
    """
    check_coordinator(reader_of(person))
    if day > timezone.localdate(now):
        raise PolicyRefusal("not_yet", str(day))
    if bool(note_sv) != bool(note_en):
        raise PolicyRefusal("one_language")
    check_prose(note_sv, note_en)
    made = Event.objects.create(
        series=series, day=day, kind=kind.value, note_sv=note_sv, note_en=note_en, made_by=person, made_at=now
    )
    record(Actor.of(person), "statistics.event_added", kind="event", object_id=made.pk, event=kind.value, day=str(day))
    return made


@transaction.atomic
def remove_event(person: Person, event: Event, *, now: datetime) -> None:
    """Take a mark away that was wrong.  Raises PolicyRefusal("not_coordinator" | "decided")."""
    check_coordinator(reader_of(person))
    if not Event.objects.filter(pk=event.pk, removed_at=None).update(removed_at=now):
        raise PolicyRefusal("decided")
    record(Actor.of(person), "statistics.event_removed", kind="event", object_id=event.pk)
