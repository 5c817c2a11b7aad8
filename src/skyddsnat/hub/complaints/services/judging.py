"""What people do about a case: suspend the block, decide, or say that the own organisation has lifted it at its own resolvers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.complaints.access import visible_blocks
from skyddsnat.hub.complaints.models import Case, CaseBlock, OwnLift
from skyddsnat.hub.complaints.services.progress import lifted_here, note_arrivals
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import roles_of, voice_of
from skyddsnat.hub.signals import services as signals
from skyddsnat.policy.complaints import Outcome, check_own_lift, outcome_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import Judge
from skyddsnat.policy.vocabulary import MemberKind

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def suspend(person: Person, case: Case, block: int, *, now: datetime) -> None:
    """Lift one block everywhere until it is decided.

    Raises CaseBlock.DoesNotExist; PolicyRefusal: decided, not_a_reviewer, needs_mandate, not_in_force.
    """
    with transaction.atomic():
        row = _undecided(person, case, block)
        position = signals.suspend_for_complaint(Actor.of(person), row.signal_id, now=now)
        for each in _of_the_same_signal(row):
            _lifted(each, person, position, now=now)
        note_arrivals(now=now)


def decide(person: Person, case: Case, block: int, outcome: Outcome, *, now: datetime) -> None:
    """Decide about one block, in every case that it stands behind; with the last of its blocks a case is decided.

    Raises CaseBlock.DoesNotExist; PolicyRefusal: decided, what signals' `decide_complaint` raises.
    """
    with transaction.atomic():
        row = _undecided(person, case, block)
        position = signals.decide_complaint(Actor.of(person), row.signal_id, outcome, now=now)
        for each in _of_the_same_signal(row):
            if position is not None:
                _lifted(each, person, position, now=now)
            each.outcome, each.decided_at, each.decided_by = outcome.value, now, person
            each.save(update_fields=["outcome", "decided_at", "decided_by"])
            close_if_decided(Actor.of(person), each.case_id, now=now)
        note_arrivals(now=now)


def own_lift(person: Person, case: Case, *, reason: str, now: datetime) -> OwnLift:
    """Put on record that the person's operator has lifted an evident error at its own resolvers; police and hotline see it.

    The agent does it, by a command that asks no hub; nothing of anybody else's changes.
    Raises PolicyRefusal: unknown_reason, no_role, not_an_operator, not_in_force, decided.
    """
    if reason not in OwnLift.Reason.values:
        raise PolicyRefusal("unknown_reason")
    with transaction.atomic():
        found = Case.objects.visible_to(person).select_for_update(of=("self",)).get(pk=case.pk)
        judge = Judge(person.pk, voice_of(person.member), roles_of(person))
        check_own_lift(
            judge,
            MemberKind(person.member.kind),
            in_force=found.decided_at is None,
            done=found.own_lifts.filter(member_id=person.member_id).exists(),
        )
        made = OwnLift.objects.create(case=found, member=person.member, person=person, reason=reason, at=now)
        lifted_here(found, [person.member_id], now=now)
        record(Actor.of(person), "complaint.own_lift", kind="case", object_id=found.pk, reason=reason)
        return made


def close_if_decided(actor: Actor, case_id: UUID, *, now: datetime) -> None:
    """The case is decided when every block behind it is."""
    case = Case.objects.select_for_update().get(pk=case_id)
    outcome = outcome_of([Outcome(word) if word else None for word in case.blocks.values_list("outcome", flat=True)])
    if outcome is None or case.decided_at is not None:
        return
    case.outcome, case.decided_at = outcome.value, now
    case.save(update_fields=["outcome", "decided_at"])
    record(actor, "complaint.decided", kind="case", object_id=case.pk, outcome=outcome.value)


def _undecided(person: Person, case: Case, block: int) -> CaseBlock:
    """The block, locked, if the person may know of it and it waits."""
    found = visible_blocks(person).select_related(None).select_for_update(of=("self",)).get(pk=block, case=case)
    if found.outcome:
        raise PolicyRefusal("decided")
    return found


def _of_the_same_signal(row: CaseBlock) -> list[CaseBlock]:
    """This block, and the same signal's in other cases that wait: what is done about a signal is done about it everywhere."""
    rows = CaseBlock.objects.select_for_update().filter(signal_id=row.signal_id, outcome="")
    return list(rows.order_by("pk"))


def _lifted(row: CaseBlock, person: Person, position: int, *, now: datetime) -> None:
    """Lifted anew counts from now: a narrowed block is told at another place of the feed."""
    row.lifted_at, row.lifted_by = row.lifted_at or now, row.lifted_by or person
    row.position, row.reached_at = position, None
    row.save(update_fields=["lifted_at", "lifted_by", "position", "reached_at"])
