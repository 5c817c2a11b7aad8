"""The reviewers' queue: the query twin of `policy.review.check_may_review` for open signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
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
from skyddsnat.hub.paging import MOST_COUNTED, InTurn, Listed
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.rows import PreparedRows, Rows
from skyddsnat.hub.signals.access import Sight, given_by, one_of, rows_in, slots_for
from skyddsnat.hub.signals.limits import CLAIM_HOLDS
from skyddsnat.hub.signals.models import Desk, Feedback, Review, Signal, Submission
from skyddsnat.hub.signals.queries.listing import MARK_SLOTS, marked_by, slots_of, with_marks
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
    """The queue, narrowed by what stands in the page's address.  hold: free, mine or both.  Rows carry `fresh`.

    Claims are few, so that all of them are read first.
    """
    if not person.has_role(Role.REVIEWER):
        return InTurn()
    reader, seat, since = reader_of(person), _Seat.of(person), now - CLAIM_HOLDS
    exact = {name: word for name, word in {"type": type, "circle_id": circle}.items() if word}
    wait = Wait(Sight.of(reader), seat.mandate, len(seat.group), tuple(sorted(exact)), unread)
    given = given_by(reader) | seat.given | marked_by(person, desk) | exact | {"held": since}
    claims = dict(Signal.objects.filter(claimed_at__gt=since).order_by().values_list("pk", "claimed_by"))
    own = {pk for pk, who in claims.items() if who == person.pk}
    parts: dict[str, Listed[Signal]] = {
        "mine": _claimed(wait, given, own).annotate(mine=YES, taken=NO),
        "free": _free(wait, given),
        "taken": _claimed(wait, given, claims.keys() - own).annotate(mine=NO, taken=YES),
    }
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
    return len(_rows_free(Wait(Sight.of(reader), seat.mandate, len(seat.group)), **given))


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


@dataclass(frozen=True, slots=True)
class Wait:
    """What of a reviewer and of what they have chosen gives the queue's query its form.

    members: how many count as one with the reviewer's.
    """

    sight: Sight
    mandate: bool
    members: int
    exact: tuple[str, ...] = ()
    unread: bool = False


def _waiting(wait: Wait, given: Mapping[str, Any]) -> SignalQuerySet:
    """What a reviewer may judge, in an order that an index has ready: where all of it were looked at, its number would tell."""
    rows = rows_in(wait.sight, Signal.objects.all(), given)
    rows = _open_to(rows, mandate=wait.mandate, person=given["person"], group=_group(wait, given))
    rows = rows.filter(**{field: given[field] for field in wait.exact})
    found: SignalQuerySet = with_marks(rows, given, only=wait.unread).prefetch_related("circle").order_by(*ORDER)
    return found


def _group(wait: Wait, given: Mapping[str, Any]) -> list[Any]:
    return [given[f"member_{at}"] for at in range(wait.members)]


def _queue_slots(wait: Wait) -> dict[str, Any]:
    group = {f"member_{at}": Slot(f"member_{at}", CharField()) for at in range(wait.members)}
    return slots_for(wait.sight) | MARK_SLOTS | slots_of(wait.exact) | group | {"held": Slot("held", DateTimeField())}


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


def _few_free(wait: Wait) -> QuerySet[Signal, Any]:
    """As many rows as are counted, from the end of the queue: what nobody has approved is asked about in no other table."""
    given = _queue_slots(wait)
    rows = rows_in(wait.sight, Signal.objects.all(), given)
    waiting = _open_to(rows, mandate=wait.mandate, person=given["person"], group=_group(wait, given))
    free_now = waiting.exclude(Q(claimed_at__gt=given["held"]) & ~Q(claimed_by=given["person"]))
    counted: QuerySet[Signal, Any] = free_now.order_by(*ORDER).reverse().values_list(Value(1))[: MOST_COUNTED + 1]
    return counted


_rows_free = PreparedIn[Wait](_few_free)


def _not_taken(wait: Wait, given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    """What nobody has taken up."""
    return _waiting(wait, given).exclude(claimed_at__gt=given["held"]).annotate(mine=NO, taken=NO)


_free = PreparedRows[Wait](_not_taken, _queue_slots)


def _claimed(wait: Wait, given: Mapping[str, Any], ids: Set[UUID]) -> SignalQuerySet:
    # Of no ids nothing is asked: the ORM would find that out at the end of its work.
    if not ids:
        none: SignalQuerySet = Signal.objects.none()
        return none
    rows: SignalQuerySet = _waiting(wait, given).filter(claimed_at__gt=given["held"], pk__in=ids)
    return rows.select_related("claimed_by")


def next_in_queue(person: Person, *, now: datetime, after: UUID | None = None) -> UUID | None:
    """The signal to go on with; `after` is the one just left and comes last."""
    ids = [row.pk for row in free(person, now=now)[:2]]
    others = [pk for pk in ids if pk != after]
    return others[0] if others else (ids[0] if ids else None)


def disputes(person: Person) -> Rows[Signal]:
    """Disputed signals that this reviewer may decide: a mandate, and no open objection of its own organisation."""
    reader = reader_of(person)
    judges = person.has_role(Role.REVIEWER) and bool(person.member.mandate)
    return _disputes((Sight.of(reader), judges), given_by(reader) | {"owner": person.member.control_group})


def _disputed(form: tuple[Sight, bool], given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    sight, judges = form
    rows: SignalQuerySet = rows_in(sight, Signal.objects.all(), given)
    if not judges:
        return rows.none()
    objections = Feedback.objects.filter(
        signal=OuterRef("pk"), episode=OuterRef("episode"), outcome=Feedback.Outcome.OPEN, reason__in=list(DISPUTING)
    )
    return (
        rows.filter(state=State.DISPUTED.value, lifted=False)
        .exclude(Exists(objections.filter(member__control_group=given["owner"])))
        .select_related("circle")
        .order_by("changed_at")
    )


_disputes = PreparedRows[tuple[Sight, bool]](
    _disputed, lambda form: slots_for(form[0]) | {"owner": Slot("owner", CharField())}
)
