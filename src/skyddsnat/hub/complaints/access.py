"""The query twin of `policy.complaints.may_see_case`, and the way from rows to the rule's own types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.signals.access import Sight, given_by, item_of, rows_in
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.complaints import CaseItem, is_judge

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def item_of_case(case: Case) -> CaseItem:
    """The case as the rule of access sees it."""
    return CaseItem(
        received_by=frozenset(case.complaints.values_list("member_id", flat=True)),
        blocks=tuple(item_of(block.signal) for block in case.blocks.select_related("signal")),
    )


def visible_cases(rows: QuerySet[Any], person: Person) -> Any:
    """The rows that `may_see_case` allows the person, as one query."""
    reader = reader_of(person)
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return rows.none()
    allowed = Q(Exists(Complaint.objects.filter(case=OuterRef("pk"), member_id=reader.member)))
    if is_judge(reader):
        allowed |= Q(Exists(visible_blocks(person).filter(case=OuterRef("pk"))))
    return rows.filter(allowed)


def visible_blocks(person: Person) -> QuerySet[CaseBlock]:
    """The blocks whose signal the person may read: of one case, a member of another circle sees its own circle's alone."""
    reader = reader_of(person)
    return blocks_in(Sight.of(reader), given_by(reader)).select_related("signal__circle")


def blocks_in(sight: Sight, given: Mapping[str, Any]) -> QuerySet[CaseBlock]:
    """The same for a reader of this sight, by values or by slots (signals.access)."""
    return CaseBlock.objects.filter(signal__in=rows_in(sight, Signal.objects.all(), given))
