"""Decisions that two persons of two organisations take together: rules on hotlines' verdicts, overrides of the protect list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from skyddsnat.policy.ceilings import RULES_FOR
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.signal_states import Voice
from skyddsnat.policy.vocabulary import Role, SignalType

RULE_ROLES = frozenset({Role.COORDINATOR, Role.REVIEWER})
OVERRIDE_ROLES = frozenset({Role.ANALYST, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class Hand:
    """One of the two."""

    person: UUID | None
    voice: Voice
    roles: frozenset[Role]


def check_two_hands(first: Hand, second: Hand) -> None:
    """Two persons whose organisations share no owner.  Raises PolicyRefusal: same_person, same_organisation."""
    if second.person is None or first.person == second.person:
        raise PolicyRefusal("same_person")
    if first.voice.group == second.voice.group:
        raise PolicyRefusal("same_organisation")


def may_propose_rule(hand: Hand) -> bool:
    """Whether this person proposes that a hotline's verdict reaches `block`."""
    return hand.person is not None and bool(hand.roles & RULE_ROLES)


def check_rule_proposal(hand: Hand, type: SignalType) -> None:
    """Who may propose that a hotline's verdict on a type reaches `block`.  Raises PolicyRefusal: no_role, no_rule_for_type."""
    if not may_propose_rule(hand):
        raise PolicyRefusal("no_role")
    if type not in RULES_FOR:
        raise PolicyRefusal("no_rule_for_type", type)


def check_rule_confirmation(first: Hand, second: Hand, type: SignalType) -> None:
    """The second hand on such a rule.  One of the two is a mandate's: operators alone cannot widen what is blocked.

    Who proposed must still be allowed to: a hand that was taken away, or went, is none.
    Raises PolicyRefusal: proposer_gone, what the proposal raises, same_person, same_organisation, needs_mandate.
    """
    if not may_propose_rule(first):
        raise PolicyRefusal("proposer_gone")
    check_rule_proposal(second, type)
    check_two_hands(first, second)
    if first.voice.mandate is None and second.voice.mandate is None:
        raise PolicyRefusal("needs_mandate")


def may_propose_override(hand: Hand) -> bool:
    """Whether this person proposes that a protected name be let in to review."""
    return hand.person is not None and bool(hand.roles & OVERRIDE_ROLES)


def check_override_proposal(hand: Hand) -> None:
    """Who may propose that a protected name be let in to review.  Raises PolicyRefusal: no_role."""
    if not may_propose_override(hand):
        raise PolicyRefusal("no_role")


def check_override_confirmation(first: Hand, second: Hand) -> None:
    """The second hand on an override is a reviewer's; who proposed it must still be allowed to.

    Raises PolicyRefusal: proposer_gone, not_a_reviewer, same_person, same_organisation.
    """
    if not may_propose_override(first):
        raise PolicyRefusal("proposer_gone")
    if Role.REVIEWER not in second.roles:
        raise PolicyRefusal("not_a_reviewer")
    check_two_hands(first, second)


def check_override_end(hand: Hand, first: Hand) -> None:
    """Who ends an override or turns one down: any reviewer, and who asked for it.  Raises PolicyRefusal: no_role."""
    if hand.person is None or (Role.REVIEWER not in hand.roles and hand.person != first.person):
        raise PolicyRefusal("no_role")
