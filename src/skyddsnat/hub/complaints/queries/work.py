"""What waits for a person: cases to decide, and complainants to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from skyddsnat.hub.complaints.access import visible_blocks
from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def to_decide(person: Person) -> QuerySet[Case]:
    """Open cases with an undecided block that the person may judge, the longest waiting first."""
    rows: QuerySet[Case] = Case.objects.filter(decided_at=None)
    if not (person.member.mandate and person.has_role(Role.REVIEWER)):
        return rows.none()
    # Who judges sees a case by a block that is theirs to read, so the rule of access needs no second asking.
    waiting_blocks = visible_blocks(person).filter(case=OuterRef("pk"), outcome="")
    return rows.filter(Exists(waiting_blocks)).order_by("opened_at")


def to_answer(person: Person) -> QuerySet[Complaint]:
    """Complaints of the own member that are decided and whose complainant waits for a reply."""
    rows = Complaint.objects.filter(member_id=person.member_id).select_related("case")
    if not person.has_role(Role.ANALYST):
        return rows.none()
    return rows.filter(case__decided_at__isnull=False, replied_at=None, has_contact=True).exclude(contact_until=None)


def waiting(person: Person) -> int:
    """How many there are of both."""
    return to_decide(person).count() + to_answer(person).count()
