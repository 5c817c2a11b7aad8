"""The reviewers' queue: the query twin of `policy.review.check_may_review` for open signals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When

from skyddsnat.hub.signals.limits import CLAIM_HOLDS
from skyddsnat.hub.signals.models import Feedback, Review, Signal, Submission
from skyddsnat.policy.access import Stage
from skyddsnat.policy.feedback import DISPUTING
from skyddsnat.policy.signal_states import OPEN
from skyddsnat.policy.vocabulary import Role, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet


def queue(person: Person, *, now: datetime) -> SignalQuerySet:
    """What waits for this reviewer: own claims first, then what others support, then the longest waiting.

    Rows carry `reports` (organisations that stand behind it), `approved` (approvals that stand), `taken` (claimed by another).
    """
    rows: SignalQuerySet = Signal.objects.visible_to(person)
    if not person.has_role(Role.REVIEWER):
        none: SignalQuerySet = rows.none()
        return none
    stages = [Stage.SECOND.value] if not person.member.mandate else [Stage.FIRST.value, Stage.SECOND.value]
    group = person.member.control_group
    standing = Submission.objects.filter(signal=OuterRef("pk"), episode=OuterRef("episode"), retracted_at=None)
    approvals = Review.objects.filter(
        signal=OuterRef("pk"), episode=OuterRef("episode"), verdict=Review.Verdict.APPROVE, standing=True
    )
    holds = Q(claimed_at__gt=now - CLAIM_HOLDS)
    found: SignalQuerySet = (
        rows.filter(state__in=[state.value for state in OPEN], stage__in=stages)
        .exclude(Exists(standing.filter(member__control_group=group)))
        .exclude(Exists(approvals.filter(Q(member__control_group=group) | Q(person=person))))
        .annotate(
            reports=_count(standing, "member__control_group"),
            approved=_count(approvals, "pk"),
            taken=Case(When(holds & ~Q(claimed_by=person), then=Value(1)), default=Value(0)),
            mine=Case(When(holds & Q(claimed_by=person), then=Value(1)), default=Value(0)),
        )
        .select_related("circle", "claimed_by")
        .order_by("-mine", "taken", "-approved", "-reports", F("submitted_at").asc(nulls_last=True), "pk")
    )
    return found


def free(person: Person, *, now: datetime) -> SignalQuerySet:
    """The queue without what another reviewer has taken up."""
    rows: Any = queue(person, now=now)
    found: SignalQuerySet = rows.filter(taken=0)
    return found


def queue_count(person: Person, *, now: datetime) -> int:
    """How many signals this reviewer could take up now."""
    return free(person, now=now).count()


def next_in_queue(person: Person, *, now: datetime, after: UUID | None = None) -> UUID | None:
    """The signal to go on with; `after` is the one just left and comes last."""
    ids = list(free(person, now=now).values_list("pk", flat=True)[:2])
    others = [pk for pk in ids if pk != after]
    return others[0] if others else (ids[0] if ids else None)


def disputes(person: Person) -> SignalQuerySet:
    """Disputed signals that this reviewer may decide: a mandate, and no open objection of its own organisation."""
    rows: SignalQuerySet = Signal.objects.visible_to(person)
    if not person.has_role(Role.REVIEWER) or not person.member.mandate:
        none: SignalQuerySet = rows.none()
        return none
    objections = Feedback.objects.filter(
        signal=OuterRef("pk"), episode=OuterRef("episode"), outcome=Feedback.Outcome.OPEN, reason__in=list(DISPUTING)
    )
    found: SignalQuerySet = (
        rows.filter(state=State.DISPUTED.value, lifted=False)
        .exclude(Exists(objections.filter(member__control_group=person.member.control_group)))
        .select_related("circle")
        .order_by("changed_at")
    )
    return found


def _count(rows: object, field: str) -> Subquery:
    counted = rows.order_by().values("signal").annotate(n=Count(field, distinct=True)).values("n")  # type: ignore[attr-defined]
    return Subquery(counted, output_field=IntegerField())
