"""The queue, and one case as one person may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.agents.queries import Reach, reach_of
from skyddsnat.hub.complaints.access import visible_blocks
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint, OwnLift
from skyddsnat.hub.complaints.words import Reply, replies
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.queries import reader_of, roles_of
from skyddsnat.hub.signals.queries.complaint_acts import ComplaintActs, complaint_acts
from skyddsnat.policy.complaints import Outcome, is_judge, may_answer
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import MemberKind

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

WAITING_FIRST = (F("decided_at").asc(nulls_first=True), "-opened_at")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case.  at None: not yet.  note: how far it has come."""

    name: str | Promise
    at: datetime | None
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block behind the case.  reach: how far its lift has come; None before one."""

    block: CaseBlock
    acts: ComplaintActs
    reach: Reach | None


@dataclass(frozen=True, slots=True)
class Received:
    """One of the own member's complaints with its ready reply.  may_answer: whether it is this person's to answer."""

    complaint: Complaint
    replies: list[Reply]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A case.

    complaints: how many in all, and said: what they say is wrong, each with how many; only judges learn them, others None and
    nothing.  earlier: decided cases of the name.
    """

    case: Case
    blocks: list[BlockView]
    received: list[Received]
    complaints: int | None
    said: list[tuple[str | Promise, int]]
    own_lifts: list[OwnLift]
    may_own_lift: bool
    earlier: list[Case]
    steps: list[Step]
    judges: bool

    @property
    def is_unlisted(self) -> bool:
        """Whether nothing of ours blocks the name, so that its text may be shown to those who took it in."""
        return self.case.outcome == Outcome.NOT_LISTED.value


def queue(person: Person) -> QuerySet[Case]:
    """The cases that the person may see, undecided ones first; each with how many complaints the own member has in it."""
    own = Q(complaints__member_id=person.member_id)
    answers = Complaint.objects.filter(case=OuterRef("pk"), member_id=person.member_id, replied_at=None)
    unanswered = answers.filter(has_contact=True).exclude(contact_until=None)
    rows: QuerySet[Case] = Case.objects.visible_to(person)
    rows = rows.annotate(own=Count("complaints", filter=own, distinct=True), unanswered=Exists(unanswered))
    return rows.order_by(*WAITING_FIRST)


def page_of(person: Person, case: Case) -> Page:
    """The case's page for this person."""
    blocks = [_block(person, block) for block in visible_blocks(person).filter(case=case)]
    own = list(case.complaints.filter(member_id=person.member_id).select_related("member"))
    judges = is_judge(reader_of(person))
    lifts = case.own_lifts.select_related("member", "person")
    seen = list(lifts if judges else lifts.filter(member_id=person.member_id))
    operator = person.member.kind == MemberKind.OPERATOR.value
    return Page(
        case=case,
        blocks=blocks,
        received=[_received(person, one, case) for one in own],
        complaints=case.complaints.count() if judges else None,
        said=_said(case) if judges else [],
        own_lifts=seen,
        may_own_lift=operator
        and case.decided_at is None
        and bool(roles_of(person) & SUBMITTING_ROLES)
        and not any(lift.member_id == person.member_id for lift in seen),
        earlier=_earlier(person, case),
        steps=list(_steps(case, blocks, own)),
        judges=judges,
    )


def _said(case: Case) -> list[tuple[str | Promise, int]]:
    """The most frequent first.  A reason is one of four fixed ones and tells of no complainant."""
    rows = case.complaints.order_by().values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return [(Complaint.Reason(reason).label, n) for reason, n in rows]


def _earlier(person: Person, case: Case) -> list[Case]:
    if case.name_erased:  # cases of which nobody knows the name any more are no cases of one name
        return []
    rows = Case.objects.visible_to(person).of_value(case.value).exclude(pk=case.pk).filter(decided_at__isnull=False)
    return list(rows[:5])


def _block(person: Person, block: CaseBlock) -> BlockView:
    reach = None
    if block.position is not None:
        _, verified = feeds.feeds(block.signal.circle_id)
        reach = reach_of(verified.pk, block.position)
    return BlockView(block, complaint_acts(person, block.signal), reach)


def _received(person: Person, complaint: Complaint, case: Case) -> Received:
    may = may_answer(reader_of(person), complaint.member_id)
    texts = replies(
        case.outcome, receipt=complaint.receipt, operator=complaint.member.name, language=complaint.language
    )
    return Received(complaint, texts if may else [], may)


def _steps(case: Case, blocks: list[BlockView], own: list[Complaint]) -> Iterator[Step]:
    yield Step(pgettext_lazy("step of a case", "Complaint received"), case.opened_at)
    lifted = [view.block.lifted_at for view in blocks if view.block.lifted_at is not None]
    if lifted:
        yield Step(pgettext_lazy("step of a case", "Block lifted"), min(lifted))
        yield _everywhere(blocks)
    here = [one.lifted_here_at for one in own if one.lifted_here_at is not None]
    if here:
        yield Step(pgettext_lazy("step of a case", "Lifted at our resolvers"), min(here))
    yield Step(pgettext_lazy("step of a case", "Decided"), case.decided_at)
    asked = [one for one in own if one.has_contact]
    if asked:
        answered = [one.replied_at for one in asked if one.replied_at is not None]
        yield Step(
            pgettext_lazy("step of a case", "Complainant replied to"),
            max(answered) if len(answered) == len(asked) else None,
        )


def _everywhere(blocks: list[BlockView]) -> Step:
    views = [view for view in blocks if view.reach is not None]
    reached = [view.block.reached_at for view in views if view.block.reached_at is not None]
    done = len(reached) == len(views)
    arrived = sum(view.reach.arrived for view in views if view.reach is not None)
    agents = sum(view.reach.agents for view in views if view.reach is not None)
    note = pgettext_lazy("step of a case", "%(arrived)s of %(agents)s agents")
    return Step(
        pgettext_lazy("step of a case", "At every agent"),
        max(reached) if done and reached else None,
        note % {"arrived": arrived, "agents": agents},
    )
