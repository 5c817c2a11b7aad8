"""What this person may do with a block that somebody outside complains about.  Policy answers; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals.services.complaints import check_decidable, is_in_force
from skyddsnat.hub.signals.services.dossier import open_dossier
from skyddsnat.hub.signals.services.hands import judge_of
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.complaints import DECISIONS, Outcome, check_suspension
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import Signal


@dataclass(frozen=True, slots=True)
class ComplaintActs:
    """in_force: whether agents block for it now.  why_not: the code of what stands in the way of any decision, "" if nothing."""

    in_force: bool
    suspend: bool
    decisions: tuple[Outcome, ...]
    why_not: str


def complaint_acts(person: Person, signal: Signal) -> ComplaintActs:
    """All questions to policy at once."""
    here = opens(signal, "value") and signal.circle_id in circles_of(person.member_id)
    refusals = {outcome: _refusal(person, signal, outcome) if here else "not_a_reviewer" for outcome in DECISIONS}
    in_force = is_in_force(signal)
    return ComplaintActs(
        in_force=in_force,
        suspend=here and _may_suspend(person, in_force=in_force),
        decisions=tuple(outcome for outcome, code in refusals.items() if not code),
        why_not=refusals[Outcome.LIFTED],
    )


def _may_suspend(person: Person, *, in_force: bool) -> bool:
    try:
        check_suspension(judge_of(person), in_force=in_force)
    except PolicyRefusal:
        return False
    return True


def _refusal(person: Person, signal: Signal, outcome: Outcome) -> str:
    try:
        check_decidable(judge_of(person), open_dossier(signal), outcome)
    except PolicyRefusal as refused:
        return refused.code
    return ""
