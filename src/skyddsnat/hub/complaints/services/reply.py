"""The answer to whoever complained: the abuse desk of the member that took the complaint in sends it, by its own means."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy.complaints import CONTACT_KEPT_AFTER_REPLY, Outcome, may_answer
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def show_contact(person: Person, complaint: UUID, *, now: datetime) -> Complaint:
    """The complaint with its contact, logged before it is told.

    Raises Complaint.DoesNotExist, PolicyRefusal("no_contact"), which is said of one that only waits for the clock to erase it.
    """
    with transaction.atomic():
        found = _own(person, complaint)
        if found.contact_until is None or found.contact_until <= now:
            raise PolicyRefusal("no_contact")
        record(Actor.of(person), "complaint.contact_shown", kind="complaint", object_id=found.pk)
        return found


def replied(person: Person, complaint: UUID, *, now: datetime) -> Complaint:
    """Say that the reply has gone out; the contact is then kept for a question back, and erased.

    Raises Complaint.DoesNotExist; PolicyRefusal: not_decided, decided.
    """
    with transaction.atomic():
        found = _own(person, complaint)
        if found.replied_at is not None:
            raise PolicyRefusal("decided")
        if found.case.decided_at is None:
            raise PolicyRefusal("not_decided")
        found.replied_at, found.replied_by = now, person
        if found.contact_until is not None:
            found.contact_until = min(found.contact_until, now + CONTACT_KEPT_AFTER_REPLY)
        found.save(update_fields=["replied_at", "replied_by", "contact_until"])
        record(Actor.of(person), "complaint.replied", kind="complaint", object_id=found.pk, outcome=found.case.outcome)
        return found


def show_name(person: Person, case: Case, *, now: datetime) -> str:
    """The name that a case is about which nothing of ours blocks; a listed one is revealed on its signal's page alone.

    Raises Case.DoesNotExist; PolicyRefusal: listed, no_name.
    """
    with transaction.atomic():
        found: Case = Case.objects.visible_to(person).get(pk=case.pk)
        if found.outcome != Outcome.NOT_LISTED.value:
            raise PolicyRefusal("listed")
        if found.name_erased:
            raise PolicyRefusal("no_name")
        record(Actor.of(person), "complaint.name_shown", kind="case", object_id=found.pk)
        return found.value


def _own(person: Person, complaint: UUID) -> Complaint:
    """The complaint, locked, if it is this person's to answer."""
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("case")
    found = rows.get(pk=complaint, member_id=person.member_id)
    if not may_answer(reader_of(person), found.member_id):
        raise Complaint.DoesNotExist
    return found
