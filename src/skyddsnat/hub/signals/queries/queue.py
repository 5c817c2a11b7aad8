"""The reviewers' queue: the query twin of `policy.review.check_may_review` for open signals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q, Value

from skyddsnat.hub.members.queries import members_under
from skyddsnat.hub.paging import MOST_COUNTED, InTurn, count_up_to
from skyddsnat.hub.signals.limits import CLAIM_HOLDS
from skyddsnat.hub.signals.models import Desk, Feedback, Review, Signal, Submission
from skyddsnat.hub.signals.queries.listing import with_marks
from skyddsnat.policy.access import Stage
from skyddsnat.policy.feedback import DISPUTING
from skyddsnat.policy.vocabulary import Role, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet


YES, NO = (Value(word, output_field=BooleanField()) for word in (True, False))
HELD_BY = {"": ("mine", "free", "taken"), "free": ("mine", "free"), "mine": ("mine",)}
"""What a choice of `hold` shows: what one has taken up oneself is free to oneself."""


def queue(person: Person, *, now: datetime) -> InTurn[Signal]:
    """What waits for this reviewer: own claims first, then what others support, then the longest waiting, and at the end what
    other reviewers have taken up.

    Rows carry `reports` (owners that stand behind it), `approvals` (that stand), `mine` and `taken` (claimed by another).
    """
    return chosen(person, now=now)


def chosen(
    person: Person,
    *,
    now: datetime,
    type: str = "",
    circle: str = "",
    hold: str = "",
    unread: bool = False,
    desk: Desk | None = None,
) -> InTurn[Signal]:
    """The queue, narrowed by what stands in the page's address.  hold: free, mine or both.  Rows carry `fresh`."""
    exact = {name: word for name, word in {"type": type, "circle_id": circle}.items() if word}
    rows = with_marks(_waiting(person).filter(**exact), person, desk, only=unread)
    parts = _parts(rows, person, now=now)
    return InTurn(*(parts[name] for name in HELD_BY[hold]))


def free(person: Person, *, now: datetime) -> InTurn[Signal]:
    """The queue without what another reviewer has taken up."""
    return chosen(person, now=now, hold="free")


def queue_count(person: Person, *, now: datetime) -> int:
    """How many signals this reviewer could take up now; beyond MOST_COUNTED nobody counts."""
    others = Q(claimed_at__gt=now - CLAIM_HOLDS) & ~Q(claimed_by=person)
    return count_up_to(_waiting(person).exclude(others), MOST_COUNTED)


def _waiting(person: Person) -> SignalQuerySet:
    """What the person may judge, in an order that an index has ready: where all of it were looked at, its number would tell."""
    rows: SignalQuerySet = Signal.objects.visible_to(person).filter(waits=True)
    if not person.has_role(Role.REVIEWER):
        none: SignalQuerySet = rows.none()
        return none
    if not person.member.mandate:
        rows = rows.filter(stage=Stage.SECOND.value)
    group = members_under(person.member.control_group)
    # Asked row by row: as joins, PostgreSQL would begin with all that was ever reported or approved.
    episode = {"episode__gte": OuterRef("episode"), "episode__lte": OuterRef("episode")}
    reports = Submission.objects.filter(**episode, signal=OuterRef("pk"), member__in=group, retracted_at=None)
    approvals = Review.objects.filter(
        Q(member__in=group) | Q(person=person),
        **episode,
        signal=OuterRef("pk"),
        verdict=Review.Verdict.APPROVE,
        standing=True,
    )
    found: SignalQuerySet = (
        rows.filter(Q(reports=0) | ~Exists(reports), Q(approvals=0) | ~Exists(approvals))
        .select_related("claimed_by")
        .prefetch_related("circle")
        .order_by("-approvals", "-reports", "submitted_at", "pk")
    )
    return found


def _parts(rows: SignalQuerySet, person: Person, *, now: datetime) -> dict[str, SignalQuerySet]:
    """The rows by who has taken them up, in the queue's order.  Claims are few, so that all of them are read first."""
    held = Q(claimed_at__gt=now - CLAIM_HOLDS)
    claims = dict(Signal.objects.filter(held).order_by().values_list("pk", "claimed_by"))
    own = {pk for pk, who in claims.items() if who == person.pk}
    return {
        "mine": rows.filter(held, pk__in=own).annotate(mine=YES, taken=NO),
        "free": rows.exclude(held).annotate(mine=NO, taken=NO),
        "taken": rows.filter(held, pk__in=claims.keys() - own).annotate(mine=NO, taken=YES),
    }


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
