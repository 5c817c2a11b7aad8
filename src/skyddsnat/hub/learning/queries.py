"""Reads: the own plan as it is sealed, and questions with as much of a name as both have agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import CharField, DateTimeField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries import result
from skyddsnat.hub.benchmark.queries.reminders import Reminder
from skyddsnat.hub.benchmark.queries.rounds import rounds_for
from skyddsnat.hub.bulletins.models import Practice
from skyddsnat.hub.bulletins.queries import by_measure
from skyddsnat.hub.learning.models import FollowUp, PlanLine, Question, Willing
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.vocabulary import Role
from skyddsnat.protocols.benchmark.spec import metric_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Member, Person


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one side sees it.

    other: the other member's name, "a member of the group" until both have said yes; contact: whom to write to there, if that
    person can still sign in.
    """

    id: UUID
    round: Round
    item: str
    name: str
    other: str
    state: str
    waits: bool
    note: str
    at: Any
    contact: Person | None


def sealed_lines(person: Person) -> list[dict[str, Any]]:
    """The own member's plan, for its browsers."""
    rows = PlanLine.objects.filter(member_id=person.member_id)
    return [{"id": str(row.pk), "sealed": row.sealed, "version": row.version} for row in rows]


def plannable(person: Person) -> list[dict[str, Any]]:
    """What a line can be about: the items of the newest released round that the member took part in, with measures and bands."""
    rows = rounds_for(person).filter(members__member_id=person.member_id).exclude(release="")
    newest = rows.order_by("-deadline").first()
    found = result.released(newest) if newest else None
    if newest is None or found is None:
        return []
    language = get_language() or "en"
    return [
        {
            "id": figure.item.id,
            "name": figure.name.get(language),
            "group": group.name.get(language),
            "labels": list(figure.labels),
            "measures": [{"id": one.id, "name": one.name.get(language)} for one in figure.measures],
        }
        for group in result.groups_of(newest, found, None)
        for figure in group.figures
        if not figure.is_amount
    ]


def follow_up_of(person: Person) -> date | None:
    """The day on which the member wants to be reminded of its plan."""
    return next((day for (day,) in _day(member=person.member_id)), None)


_day = Prepared(lambda: FollowUp.objects.filter(pk=Slot("member", CharField())).order_by().values_list("day"))


def reminders(person: Person, *, now: datetime) -> list[Reminder]:
    """Questions that wait for an answer, answers that have come, and the plan when its day has (settings.REMINDERS)."""
    if not person.has_role(Role.BENCHMARK_LEAD):
        return []
    found = [
        Reminder(_("Answer a member's question"), name_of(item), reverse("learning:asking"))
        for (item,) in _waiting(member=person.member_id)
    ]
    found += [
        Reminder(_("Speak to a member that said yes"), name_of(item), reverse("learning:asking"))
        for (item,) in _answered(member=person.member_id, since=now - NEWS)
    ]
    day = follow_up_of(person)
    if day is not None and day <= timezone.localdate(now):
        found.append(
            Reminder(_("Follow the improvement plan up"), "", reverse("learning:plan"), _end_of(day), soon=True)
        )
    return found


_waiting = Prepared(
    lambda: (
        Question.objects.filter(willing__member_id=Slot("member", CharField()), state=Question.State.WAITING)
        .order_by("asked_at")
        .values_list("willing__item")
    )
)

_answered = Prepared(
    lambda: (
        Question.objects.filter(
            asker_id=Slot("member", CharField()),
            state=Question.State.ACCEPTED,
            answered_at__gt=Slot("since", DateTimeField()),
        )
        .order_by("answered_at")
        .values_list("willing__item")
    )
)


def practices(person: Person, items: Iterable[Mapping[str, Any]], *, now: datetime) -> list[tuple[str, list[Practice]]]:
    """What members have shared about the measures behind these items (of `plannable`): pairs of a measure's name and them."""
    names = {one["id"]: one["name"] for item in items for one in item["measures"]}
    found = by_measure(person, names, now=now)
    return [(names[measure], found[measure]) for measure in names if measure in found]


def asked_by(person: Person) -> list[Asked]:
    """What the person's member has asked: a line each time, and one for each member that has said yes.

    Those that have not are one line however many they are: nobody learns how many may be asked (docs/adr/0032).
    """
    found: dict[Any, Question] = {}
    for row in _questions(person).filter(asker_id=person.member_id):
        asking = row.pk if row.is_open else (row.willing.round_id, row.willing.item, row.asked_at)
        before = found.get(asking)
        if before is None or _CLOSED.index(row.state) < _CLOSED.index(before.state):
            found[asking] = row
    return [_asked(row, row.willing.member, row.answered_by) for row in found.values()]


def asked_of(person: Person) -> list[Asked]:
    """What the person's member is asked; what was withdrawn before an answer is not shown."""
    rows = _questions(person).filter(willing__member_id=person.member_id).exclude(state=Question.State.WITHDRAWN)
    return [_asked(row, row.asker, row.asked_by) for row in rows]


def question_of(person: Person, pk: UUID) -> Question | None:
    """One of them."""
    found: Question | None = _questions(person).filter(pk=pk).first()
    return found


def agreed(person: Person) -> list[tuple[Willing, str]]:
    """What the person's member may be asked about now, with the item's name."""
    rows = Willing.objects.filter(member_id=person.member_id, ended_at=None).select_related("round")
    return [(row, name_of(row.item)) for row in rows]


def somebody_willing(person: Person, round_: Round, item: str) -> bool:
    """Whether another member may be asked.  How many is not told."""
    return willing(round_, item).exclude(member_id=person.member_id).exists()


def willing(round_: Round, item: str) -> QuerySet[Willing]:
    """Who may be asked: of members that are in the coalition, since nobody could answer for one that has left."""
    return Willing.objects.filter(round=round_, item=item, ended_at=None, member__left_at=None)


def name_of(item: str) -> str:
    """The item in the reader's language."""
    book, language = load_catalogue(), get_language() or "en"
    question = book.maturity.questions.get(item)
    if question is not None:
        return question.question.get(language)
    metric = book.metrics.get(metric_of(item))
    return metric.name.get(language) if metric is not None else item


def plan_facts(person: Person) -> dict[str, Any]:
    """What the plan's script needs."""
    return {
        "member": person.member_id,
        "lines": reverse("learning:lines"),
        "save": reverse("learning:line"),
        "items": plannable(person),
    }


_CLOSED: Final = (Question.State.WAITING, Question.State.WITHDRAWN, Question.State.DECLINED)
"""States of questions that are told as one, the one that is told first."""
NEWS: Final = timedelta(days=14)
"""How long “My work” tells the asker that somebody has said yes."""


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def _questions(person: Person) -> Any:
    return Question.objects.visible_to(person).select_related(
        "willing__round", "willing__member", "asker", "asked_by", "answered_by"
    )


def _asked(row: Question, other: Member, contact: Person | None) -> Asked:
    return Asked(
        id=row.pk,
        round=row.willing.round,
        item=row.willing.item,
        name=name_of(row.willing.item),
        other=other.name if row.is_open else str(_("a member of the group")),
        state=str(row.get_state_display()),
        waits=row.state == Question.State.WAITING,
        note=row.note,
        at=row.asked_at,
        contact=contact
        if row.is_open and contact is not None and contact.is_active and other.left_at is None
        else None,
    )
