"""What waits for a person: cases to decide, and complainants to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value

from skyddsnat.hub.complaints.access import blocks_in, visible_blocks
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.paging import MOST_COUNTED
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, slots_for
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def to_decide(person: Person) -> QuerySet[Case]:
    """Open cases with an undecided block that the person may judge, the longest waiting first."""
    if not _judges(person):
        return Case.objects.none()
    return _open_with(visible_blocks(person)).order_by("opened_at")


def _judges(person: Person) -> bool:
    return bool(person.member.mandate) and person.has_role(Role.REVIEWER)


def _open_with(blocks: QuerySet[CaseBlock]) -> QuerySet[Case]:
    # Who judges sees a case by a block that is theirs to read, so the rule of access needs no second asking.
    return Case.objects.filter(Exists(blocks.filter(case=OuterRef("pk"), outcome="")), decided_at=None)


def to_answer(person: Person) -> QuerySet[Complaint]:
    """Complaints of the own member that are decided and whose complainant waits for a reply."""
    if not person.has_role(Role.ANALYST):
        return Complaint.objects.none()
    return _unanswered(person.member_id).select_related("case")


def _unanswered(member: Any) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(member=member, case__decided_at__isnull=False, replied_at=None, has_contact=True)
    return rows.exclude(contact_until=None)


def waiting(person: Person) -> int:
    """How many there are of both; of each, at most one more than MOST_COUNTED.

    It stands on every page, so both questions are prepared (docs/adr/0018).
    """
    found = 0
    if _judges(person):
        reader = reader_of(person)
        found += len(_cases_waiting(Sight.of(reader), **given_by(reader)))
    if person.has_role(Role.ANALYST):
        found += len(_answers_waiting(member=person.member_id))
    return found


def _few(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(Value(1))[: MOST_COUNTED + 1]


_cases_waiting = PreparedIn[Sight](lambda sight: _few(_open_with(blocks_in(sight, slots_for(sight)))))
_answers_waiting = Prepared(lambda: _few(_unanswered(Slot("member", CharField()))))
