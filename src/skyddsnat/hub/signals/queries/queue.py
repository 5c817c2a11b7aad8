"""The reviewers' queue: the query twin of `policy.review.check_may_review` for open signals."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from skyddsnat.hub.members.queries import members_under, reader_of
from skyddsnat.hub.paging import MOST_COUNTED, InTurn
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.signals.access import Sight, given_by, one_of, rows_in, slots_for
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
ORDER = ("-approvals", "-reports", "submitted_at", "pk")
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
    """How many signals this reviewer could take up now; beyond MOST_COUNTED nobody counts.

    It stands on every page of a reviewer, so it is prepared (docs/adr/0018).
    """
    if not person.has_role(Role.REVIEWER):
        return 0
    reader, seat = reader_of(person), _Seat.of(person)
    given = given_by(reader) | seat.given | {"person": person.pk, "held": now - CLAIM_HOLDS}
    return len(_rows_free((Sight.of(reader), seat.mandate, len(seat.group)), **given))


@dataclass(frozen=True, slots=True)
class _Seat:
    """What the queue's own conditions depend on.  group: the members of the reviewer's owner, who count as one."""

    mandate: bool
    group: tuple[str, ...]

    @classmethod
    def of(cls, person: Person) -> _Seat:
        return cls(bool(person.member.mandate), tuple(sorted(members_under(person.member.control_group))))

    @property
    def given(self) -> dict[str, Any]:
        return {f"member_{at}": member for at, member in enumerate(self.group)}


def _waiting(person: Person) -> SignalQuerySet:
    """What the person may judge, in an order that an index has ready: where all of it were looked at, its number would tell."""
    rows: SignalQuerySet = Signal.objects.visible_to(person)
    if not person.has_role(Role.REVIEWER):
        none: SignalQuerySet = rows.none()
        return none
    seat = _Seat.of(person)
    found: SignalQuerySet = (
        _open_to(rows, mandate=seat.mandate, person=person.pk, group=seat.group)
        .select_related("claimed_by")
        .prefetch_related("circle")
        .order_by(*ORDER)
    )
    return found


def _open_to(rows: SignalQuerySet, *, mandate: bool, person: Any, group: Sequence[Any]) -> SignalQuerySet:
    """The rows that wait for a reviewer with a mandate, or without.  person, group: values or slots."""
    waiting: SignalQuerySet = rows.filter(waits=True)
    if not mandate:
        waiting = waiting.filter(stage=Stage.SECOND.value)
    # Asked row by row: as joins, PostgreSQL would begin with all that was ever reported or approved.
    episode = {"episode__gte": OuterRef("episode"), "episode__lte": OuterRef("episode"), "signal": OuterRef("pk")}
    ours = one_of("member", group)
    approvals = Review.objects.filter(Q(person=person) | ours, **episode, verdict=Review.Verdict.APPROVE, standing=True)
    reports = Submission.objects.filter(ours, **episode, retracted_at=None)
    # Own approvals first: what a reviewer has approved stands at the top and is passed by on each page.  Of two conditions beside
    # each other PostgreSQL would ask first the one that it thinks the cheaper.
    is_ours = Case(
        When(Q(approvals__gt=0) & Exists(approvals), then=YES),
        When(Q(reports__gt=0) & Exists(reports), then=YES),
        default=NO,
    )
    found: SignalQuerySet = waiting.exclude(is_ours)
    return found


def _few_free(form: tuple[Sight, bool, int]) -> QuerySet[Signal, Any]:
    """As many rows as are counted, from the end of the queue: what nobody has approved is asked about in no other table."""
    sight, mandate, members = form
    given, held = slots_for(sight), Slot("held", DateTimeField())
    group = [Slot(f"member_{at}", CharField()) for at in range(members)]
    rows = rows_in(sight, Signal.objects.all(), given)
    waiting = _open_to(rows, mandate=mandate, person=given["person"], group=group)
    free_now = waiting.exclude(Q(claimed_at__gt=held) & ~Q(claimed_by=given["person"]))
    counted: QuerySet[Signal, Any] = free_now.order_by(*ORDER).reverse().values_list(Value(1))[: MOST_COUNTED + 1]
    return counted


_rows_free = PreparedIn[tuple[Sight, bool, int]](_few_free)


def _parts(rows: SignalQuerySet, person: Person, *, now: datetime) -> dict[str, SignalQuerySet]:
    """The rows by who has taken them up, in the queue's order.  Claims are few, so that all of them are read first."""
    held = Q(claimed_at__gt=now - CLAIM_HOLDS)
    claims = dict(Signal.objects.filter(held).order_by().values_list("pk", "claimed_by"))
    own = {pk for pk, who in claims.items() if who == person.pk}
    return {
        "mine": _claimed(rows, held, own).annotate(mine=YES, taken=NO),
        "free": rows.exclude(held).annotate(mine=NO, taken=NO),
        "taken": _claimed(rows, held, claims.keys() - own).annotate(mine=NO, taken=YES),
    }


def _claimed(rows: SignalQuerySet, held: Q, ids: Set[UUID]) -> SignalQuerySet:
    # Of no ids nothing is asked: the ORM would find that out at the end of its work.
    found: SignalQuerySet = rows.filter(held, pk__in=ids) if ids else rows.none()
    return found


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
