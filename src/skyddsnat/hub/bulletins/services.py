"""Changes: a practice is shared, changed, taken back, and ends.  All are logged, with codes and never with a word of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.bulletins.models import LONGEST_TEXT, LONGEST_TITLE, Practice
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Circle
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.services import check_prose
from skyddsnat.policy import practices as policy
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDraft:
    """What a person wants to share.  level: of the measure, 1 to 3."""

    circle: Circle
    marking: Marking
    measure: str
    level: int
    language: str
    title: str
    text: str


def check(person: Person, draft: PracticeDraft) -> PracticeDraft:
    """The draft, if it may be shared: what a preview asks before anything is.

    Raises PolicyRefusal("no_part" | "not_in_circle" | "bad_marking" | "no_measure" | "no_level" | "no_text" | "imagery" |
    "personal_data").
    """
    policy.check_share(reader_of(person), draft.circle.pk, draft.marking)
    policy.check_subject(draft.measure, draft.level)
    if not 0 < len(draft.title.strip()) <= LONGEST_TITLE or not 0 < len(draft.text.strip()) <= LONGEST_TEXT:
        raise PolicyRefusal("no_text")
    if draft.language not in Practice.Language:
        raise PolicyRefusal("no_text")
    check_prose(draft.title, draft.text)
    return draft


@transaction.atomic
def share(person: Person, draft: PracticeDraft, *, now: datetime) -> Practice:
    """Share a practice: those of the audience read it from now on.  Raises PolicyRefusal("too_many"), and what `check` raises."""
    check(person, draft)
    if Practice.objects.of_member(person.member_id).count() >= policy.MOST:
        raise PolicyRefusal("too_many")
    made = Practice(member_id=person.member_id, shared_at=now)
    return _write(person, made, draft, "practice.shared", now=now)


@transaction.atomic
def change(person: Person, pk: UUID, draft: PracticeDraft, *, now: datetime) -> Practice:
    """Write an own practice anew, and so renew it.  Raises Practice.DoesNotExist, and what `check` raises."""
    row = _own(person, pk)
    check(person, draft)
    return _write(person, row, draft, "practice.changed", now=now)


@transaction.atomic
def withdraw(person: Person, pk: UUID, *, now: datetime) -> None:
    """Take an own practice back: nobody reads it any more, and its words are erased.  Raises Practice.DoesNotExist."""
    row = _own(person, pk)
    _erase(Actor.of(person), row, "practice.withdrawn", now=now)


@transaction.atomic
def tend(now: datetime) -> int:
    """Erase the words of practices whose end is long past.  Returns how many."""
    ended = Practice.objects.filter(withdrawn_at=None, ends_at__lte=now - policy.KEPT_AFTER_ITS_END)
    rows = list(ended.select_for_update(of=("self",)))
    for row in rows:
        _erase(HUB, row, "practice.ended", now=now)
    return len(rows)


def _own(person: Person, pk: UUID) -> Practice:
    row: Practice = Practice.objects.of_member(person.member_id).select_for_update(of=("self",)).get(pk=pk)
    if not policy.may_change(reader_of(person), row.member_id):
        raise Practice.DoesNotExist
    return row


def _write(person: Person, row: Practice, draft: PracticeDraft, action: str, *, now: datetime) -> Practice:
    row.circle, row.marking = draft.circle, draft.marking.value
    row.measure, row.level, row.language = draft.measure, draft.level, draft.language
    row.title, row.text = draft.title.strip(), draft.text.strip()
    row.written_by, row.written_at, row.ends_at = person, now, now + policy.lasts()
    row.save()
    _tell(Actor.of(person), row, action, marking=row.marking, measure=row.measure)
    return row


def _erase(actor: Actor, row: Practice, action: str, *, now: datetime) -> None:
    row.title, row.text, row.withdrawn_at = "", "", now
    row.save(update_fields=["title", "text", "withdrawn_at"])
    _tell(actor, row, action)


def _tell(actor: Actor, row: Practice, action: str, **facts: Any) -> None:
    record(actor, action, kind="practice", object_id=row.pk, circle=row.circle_id, **facts)
