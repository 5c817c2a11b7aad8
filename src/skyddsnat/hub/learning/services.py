"""Changes: lines of a sealed plan, its follow-up day, a member's willingness to be asked, questions and answers.  All are logged.

The log names the round and the item, never the other member: who reads one member's entries must not learn whom it asked.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import Round, RoundMember
from skyddsnat.hub.benchmark.queries import result
from skyddsnat.hub.learning.models import LONGEST_NOTE, FollowUp, PlanLine, Question, Willing
from skyddsnat.hub.learning.queries import willing
from skyddsnat.hub.maturity.services import check_sealed
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.services.wording import check_prose
from skyddsnat.policy.benchmark import sight
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.maturity import check_part
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MOST_LINES: Final = 200
LONGEST_AHEAD: Final = timedelta(days=2 * 366)


class LineChanged(Exception):
    """A colleague has written the line since it was read; `line` is theirs."""

    def __init__(self, line: PlanLine) -> None:
        super().__init__(str(line.pk))
        self.line = line


@transaction.atomic
def write_line(person: Person, pk: UUID, *, sealed: str, version: int, now: datetime) -> PlanLine:
    """Keep a line that the browser has sealed.  version: the one that the writer has read, 0 for a new line.

    Raises LineChanged, PlanLine.DoesNotExist for another member's, PolicyRefusal("no_part" | "not_sealed" | "too_many").
    """
    check_part(frozenset(Role(role) for role in person.roles))
    check_sealed(sealed)
    row = PlanLine.objects.select_for_update().filter(pk=pk).first()
    if row is not None and row.member_id != person.member_id:
        raise PlanLine.DoesNotExist
    if row is None:
        if version:
            raise PlanLine.DoesNotExist
        if PlanLine.objects.filter(member_id=person.member_id).count() >= MOST_LINES:
            raise PolicyRefusal("too_many")
        row = PlanLine(pk=pk, member_id=person.member_id, version=0)
    elif row.version != version:
        raise LineChanged(row)
    row.sealed, row.version, row.written_at, row.written_by = sealed, version + 1, now, person
    row.save()
    record(Actor.of(person), "plan.written", kind="plan_line", object_id=str(row.pk), version=row.version)
    return row


@transaction.atomic
def follow_up_on(person: Person, day: date | None, *, today: date) -> None:
    """Have the member's leads reminded of the plan on this day, or no more.

    Raises PolicyRefusal("no_part" | "bad_day").
    """
    check_part(frozenset(Role(role) for role in person.roles))
    if day is not None and not today <= day <= today + LONGEST_AHEAD:
        raise PolicyRefusal("bad_day")
    if day is None:
        if FollowUp.objects.filter(pk=person.member_id).delete()[0]:
            record(Actor.of(person), "plan.follow_up_ended", kind="plan", object_id=person.member_id)
        return
    FollowUp.objects.update_or_create(pk=person.member_id, defaults={"day": day, "set_by": person})
    record(Actor.of(person), "plan.follow_up_set", kind="plan", object_id=person.member_id, until=day.isoformat())


@transaction.atomic
def agree(person: Person, round_: Round, item: str, *, now: datetime) -> Willing:
    """The member may be asked about the item.  Its browser has seen that it is ahead; the hub cannot and does not check.

    Raises PolicyRefusal("not_own_lead" | "not_askable" | "decided").
    """
    check_askable(person, round_, item)
    if willing(round_, item).filter(member_id=person.member_id).exists():
        raise PolicyRefusal("decided")
    made = Willing.objects.create(round=round_, item=item, member_id=person.member_id, agreed_by=person, agreed_at=now)
    record(Actor.of(person), "question.may_be_asked", kind="round", object_id=round_.pk, item=item)
    return made


@transaction.atomic
def end_agreement(person: Person, round_: Round, item: str, *, now: datetime) -> None:
    """The member is asked no more; questions that wait are declined with it.

    Raises PolicyRefusal("not_own_lead" | "not_askable" | "decided").
    """
    check_askable(person, round_, item)
    row = willing(round_, item).select_for_update(of=("self",)).filter(member_id=person.member_id).first()
    if row is None:
        raise PolicyRefusal("decided")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    row.questions.filter(state=Question.State.WAITING).update(
        state=Question.State.DECLINED, answered_by=person, answered_at=now
    )
    record(Actor.of(person), "question.no_longer_asked", kind="round", object_id=round_.pk, item=item)


@transaction.atomic
def ask(person: Person, round_: Round, item: str, *, note: str, now: datetime) -> list[Question]:
    """Ask all who are willing; each decides for itself.  By asking the member agrees that its name opens to who says yes.

    Raises PolicyRefusal("not_own_lead" | "not_askable" | "no_note" | "imagery" | "personal_data" | "nobody_willing" |
    "asked_already").
    """
    check_askable(person, round_, item)
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise PolicyRefusal("no_note")
    check_prose(note)
    others = list(willing(round_, item).exclude(member_id=person.member_id).select_for_update(of=("self",)))
    if not others:
        raise PolicyRefusal("nobody_willing")
    known = set(
        Question.objects.filter(willing__in=others, asker_id=person.member_id).values_list("willing", flat=True)
    )
    made = [
        Question.objects.create(willing=row, asker_id=person.member_id, asked_by=person, asked_at=now, note=note)
        for row in others
        if row.pk not in known
    ]
    if not made:
        raise PolicyRefusal("asked_already")
    record(Actor.of(person), "question.asked", kind="round", object_id=round_.pk, item=item)
    return made


@transaction.atomic
def answer(person: Person, pk: UUID, *, yes: bool, now: datetime) -> Question:
    """The one who is asked says yes, and both names open; or no, and none does.

    Raises Question.DoesNotExist, PolicyRefusal("not_own_lead" | "decided").
    """
    row = _waiting(person, pk)
    sight.check_lead(reader_of(person), row.willing.member_id)
    state = Question.State.ACCEPTED if yes else Question.State.DECLINED
    return _decide(person, row, state, now=now)


@transaction.atomic
def withdraw(person: Person, pk: UUID, *, now: datetime) -> Question:
    """The asker takes its question back, from all who have not answered it.  One entry in the log, however many they are.

    Raises Question.DoesNotExist, PolicyRefusal("not_own_lead" | "decided").
    """
    row = _waiting(person, pk)
    sight.check_lead(reader_of(person), row.asker_id)
    asked = Question.objects.filter(
        asker_id=row.asker_id,
        asked_at=row.asked_at,
        willing__round_id=row.willing.round_id,
        willing__item=row.willing.item,
    )
    for other in asked.exclude(pk=row.pk).select_for_update(of=("self",)).order_by("pk"):
        if other.state == Question.State.WAITING:
            _set(person, other, Question.State.WITHDRAWN, now=now)
    return _decide(person, row, Question.State.WITHDRAWN, now=now)


def check_askable(person: Person, round_: Round, item: str) -> None:
    """Leads of members that took part, about what was released and can be ranked.

    Raises PolicyRefusal("not_own_lead" | "not_askable").
    """
    sight.check_lead(reader_of(person), person.member_id)
    found = result.released(round_)
    part = RoundMember.objects.filter(round=round_, member_id=person.member_id).exists()
    spec = round_.specification.item_of.get(item) if found else None
    if not part or found is None or spec is None or spec.neutral or "median" not in found.items[item].points:
        raise PolicyRefusal("not_askable")


def _waiting(person: Person, pk: UUID) -> Question:
    row: Question = (
        Question.objects.visible_to(person).select_for_update(of=("self",)).select_related("willing").get(pk=pk)
    )
    if row.state != Question.State.WAITING:
        raise PolicyRefusal("decided")
    return row


def _decide(person: Person, row: Question, state: Question.State, *, now: datetime) -> Question:
    _set(person, row, state, now=now)
    record(Actor.of(person), f"question.{state.value}", kind="question", object_id=str(row.pk), item=row.willing.item)
    return row


def _set(person: Person, row: Question, state: Question.State, *, now: datetime) -> None:
    row.state, row.answered_by, row.answered_at = state, person, now
    row.save(update_fields=["state", "answered_by", "answered_at"])
