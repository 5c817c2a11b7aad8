"""The query twin of `policy.access.may_read`, and the way from rows to the rule's own types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.signals.models.submission import Submission
from skyddsnat.policy.access import ROLES_THAT_READ, Item, ItemKind, Stage
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


def visible_signals(rows: QuerySet[Any], person: Person) -> Any:
    """The rows that `may_read` allows the person, as one query."""
    reader = reader_of(person)
    published = Q(published_at__isnull=False)
    public = published & Q(marking=Marking.CLEAR.value)
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return rows.filter(public)
    here = Q(circle_id__in=reader.circles)
    # Of this episode, asked as a range: of an equality PostgreSQL would make a table of all the member's reports first.
    episode = {"episode__gte": OuterRef("episode"), "episode__lte": OuterRef("episode")}
    reports = Submission.objects.filter(**episode, signal=OuterRef("pk"), retracted_at=None)
    own = Exists(reports.filter(member_id=reader.member))
    judges = Q(pk__in=[])
    if Role.REVIEWER in reader.roles:
        open_to = [Stage.SECOND.value]
        if reader.mandate is not None:
            open_to += [Stage.FIRST.value, Stage.CLOSED.value]
        judges = Q(stage__in=open_to)
    is_named = Exists(rows.model.named.through.objects.filter(signal_id=OuterRef("pk"), person_id=reader.person))
    not_red = ~Q(marking=Marking.RED.value) | Q(is_named)
    allowed = (published & (Q(marking=Marking.GREEN.value) | here)) | (~published & here & (Q(own) | judges))
    return rows.filter(public | (allowed & not_red))


def published_in(circle_id: UUID) -> int:
    """How many published signals a member that joins the circle would receive; RED is read by the named alone."""
    from skyddsnat.hub.signals.models import Signal

    rows = Signal.objects.filter(circle_id=circle_id, published_at__isnull=False)
    return rows.exclude(marking=Marking.RED.value).count()
