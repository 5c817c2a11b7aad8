"""The query twin of `policy.access.may_read`, and the way from rows to the rule's own types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, UUIDField

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import Slot
from skyddsnat.hub.signals.models.submission import Submission
from skyddsnat.policy.access import ROLES_THAT_READ, Item, ItemKind, Reader, Stage
from skyddsnat.policy.vocabulary import Marking, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import Signal


def item_of(signal: Signal) -> Item:
    """The signal as the rule of access sees it."""
    reports = Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None)
    named: frozenset[UUID] = frozenset()
    if signal.marking == Marking.RED.value:
        named = frozenset(signal.named.values_list("pk", flat=True))
    return Item(
        kind=ItemKind.SIGNAL,
        circle=signal.circle_id,
        marking=Marking(signal.marking),
        published=signal.published_at is not None,
        submitters=frozenset(reports.values_list("member_id", flat=True)),
        named=named,
        stage=Stage(signal.stage),
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a reader gives the rule's query its form; all else about them are values in it (`given_by`).

    stages: of the unpublished signals that are theirs to judge.  circles: how many the reader's member is in.
    """

    reads: bool
    stages: tuple[str, ...] = ()
    circles: int = 0

    @classmethod
    def of(cls, reader: Reader) -> Sight:
        """The reader's."""
        if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
            return cls(reads=False)
        stages: list[str] = []
        if Role.REVIEWER in reader.roles:
            stages = [Stage.SECOND.value]
            if reader.mandate is not None:
                stages += [Stage.FIRST.value, Stage.CLOSED.value]
        return cls(reads=True, stages=tuple(stages), circles=len(reader.circles))


def given_by(reader: Reader) -> dict[str, Any]:
    """The values of the rule's query, by the names of its slots."""
    circles = {f"circle_{at}": circle for at, circle in enumerate(sorted(reader.circles))}
    return {"person": reader.person, "member": reader.member, **circles}


def slots_for(sight: Sight) -> dict[str, Any]:
    """The same names with slots instead of values, for a query that is prepared (docs/adr/0018)."""
    circles = {f"circle_{at}": Slot(f"circle_{at}", UUIDField()) for at in range(sight.circles)}
    return {"person": Slot("person", UUIDField()), "member": Slot("member", CharField()), **circles}


def visible_signals(rows: QuerySet[Any], person: Person) -> Any:
    """The rows that `may_read` allows the person, as one query."""
    reader = reader_of(person)
    return rows_in(Sight.of(reader), rows, given_by(reader))


def rows_in(sight: Sight, rows: QuerySet[Any], given: Mapping[str, Any]) -> Any:
    """The rows that a reader of this sight may read.  given: the reader's values, or slots for them."""
    published = Q(published_at__isnull=False)
    public = published & Q(marking=Marking.CLEAR.value)
    if not sight.reads:
        return rows.filter(public)
    here = one_of("circle", [given[f"circle_{at}"] for at in range(sight.circles)])
    # Of this episode, asked as a range: of an equality PostgreSQL would make a table of all the member's reports first.
    episode = {"episode__gte": OuterRef("episode"), "episode__lte": OuterRef("episode")}
    reports = Submission.objects.filter(**episode, signal=OuterRef("pk"), retracted_at=None)
    own = Exists(reports.filter(member=given["member"]))
    judges = Q(stage__in=sight.stages)  # asked before the reports: it stands in the row itself
    # As a range too: of an equality PostgreSQL would make a table of all that the person is named on.
    this = {"signal_id__gte": OuterRef("pk"), "signal_id__lte": OuterRef("pk")}
    is_named = Exists(rows.model.named.through.objects.filter(**this, person=given["person"]))
    not_red = ~Q(marking=Marking.RED.value) | Q(is_named)
    allowed = (published & (Q(marking=Marking.GREEN.value) | here)) | (~published & here & (judges | Q(own)))
    return rows.filter(public | (allowed & not_red))


def one_of(name: str, values: Sequence[Any]) -> Q:
    """Whether a reference is one of the values, which may be slots: of `in` the ORM wants plain ones.  None of none."""
    return reduce(or_, (Q(**{name: value}) for value in values), Q(pk__in=[]))


def published_in(circle_id: UUID) -> int:
    """How many published signals a member that joins the circle would receive; RED is read by the named alone."""
    from skyddsnat.hub.signals.models import Signal

    rows = Signal.objects.filter(circle_id=circle_id, published_at__isnull=False)
    return rows.exclude(marking=Marking.RED.value).count()
