"""A complaint about a block: what may come in, who may lift, who decides, and what the complainant may be told.

A complaint alone lifts nothing, or an offender could lift blocks by complaining: it *holds*.  One reviewer at the police or a
hotline who confirms the error suspends the block everywhere, before anyone has reviewed it in full; an operator may lift an
evident error at its own resolvers at once.  The decision is the origin's (catalogue/exchange.yaml, `state_rules`; a test holds
the two equal).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from skyddsnat.policy.access import ROLES_THAT_READ, Item, ItemKind, Reader, may_read
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import SUBMITTING_ROLES, Judge
from skyddsnat.policy.vocabulary import Mandate, MemberKind, Role, Scope, State

LIFT_NEEDS: Final = frozenset({Mandate.POLICE, Mandate.HOTLINE})
"""Whose reviewer suspends a block everywhere."""

OWN_LIFT_TELLS: Final = frozenset({Mandate.POLICE, Mandate.HOTLINE})
"""Who is told when an operator lifts at its own resolvers: they see the case."""

CONTACT_KEPT: Final = timedelta(days=180)
"""The longest that a way to reach the complainant is kept, whatever becomes of the case."""

CONTACT_KEPT_AFTER_REPLY: Final = timedelta(days=14)
"""How long it is kept once the reply has gone out: for a question back, and no longer."""

NAME_KEPT: Final = timedelta(days=180)
"""How long a name is kept that nothing blocks: it is a stranger's word about a stranger."""

LONGEST_CONTACT: Final = 120
OLDEST: Final = timedelta(days=30)
"""How long a stop page may have kept a complaint for a hub that was away."""

_EMAIL: Final = re.compile(r"[^@\s<>\"',;:()]{1,64}@[^@\s<>\"',;:()]{1,63}\.[A-Za-z0-9-]{2,24}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{5,22}[0-9]")
REFERENCE: Final = re.compile(r"[0-9A-F]{8}")
"""An entry's reference, as operators' support and the hub's pages know it."""


class Reason(StrEnum):
    """What a complainant says.  Fixed words: a text of a stranger could describe what nobody here is to read."""

    NOT_ILLEGAL = "not_illegal"
    WRONG_SCOPE = "wrong_scope"
    NEW_OWNER = "parked_or_resold"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """What a case came to.

    ENDED: the block ran out before anybody had said whether it was right.  NOT_LISTED: the coalition blocks nothing that covers
    the name, so there is nothing to lift.
    """

    UPHELD = "upheld"
    LIFTED = "lifted"
    NARROWED = "narrowed"
    ENDED = "ended"
    NOT_LISTED = "not_listed"


DECISIONS: Final = (Outcome.LIFTED, Outcome.NARROWED, Outcome.UPHELD)
"""What the origin's reviewers can decide."""


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A case as the rule of access sees it.  received_by: members whose stop page it came to.  blocks: the signals behind it."""

    received_by: frozenset[str]
    blocks: tuple[Item, ...] = ()


def is_contact(text: str) -> bool:
    """Whether the text is one e-mail address or one telephone number, and nothing else: no letter of it that is not seen."""
    return (
        len(text) <= LONGEST_CONTACT and text.isprintable() and bool(_EMAIL.fullmatch(text) or _PHONE.fullmatch(text))
    )


def may_see_case(reader: Reader, case: CaseItem) -> bool:
    """The members that took a complaint in, and the mandates' reviewers who may read a signal behind it; nobody else."""
    if reader.member is None or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return False
    if reader.member in case.received_by:
        return True
    return is_judge(reader) and any(may_read(reader, item) for item in case.blocks)


def is_judge(reader: Reader) -> bool:
    """Whether cases are this person's to lift and to decide."""
    return reader.mandate is not None and Role.REVIEWER in reader.roles


def may_answer(reader: Reader, received_by: str) -> bool:
    """Whether the reader learns how to reach the complainant, and says that the reply has gone out.

    The abuse desk of the member that took the complaint in: police and hotline never learn who complained.
    """
    return reader.member is not None and reader.member == received_by and Role.ANALYST in reader.roles


def check_suspension(judge: Judge, *, in_force: bool) -> None:
    """Whether this reviewer may suspend the block everywhere until the case is decided.

    Raises PolicyRefusal: not_a_reviewer, needs_mandate, not_in_force.
    """
    _judging(judge)
    if not in_force:
        raise PolicyRefusal("not_in_force")


def check_own_lift(judge: Judge, kind: MemberKind, *, in_force: bool, done: bool) -> None:
    """Whether this person may say that the own organisation has lifted an evident error at its own resolvers.

    Raises PolicyRefusal: no_role, not_an_operator, not_in_force, decided.
    """
    if judge.person is None or not judge.roles & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if kind is not MemberKind.OPERATOR:
        raise PolicyRefusal("not_an_operator")
    if not in_force:
        raise PolicyRefusal("not_in_force")
    if done:
        raise PolicyRefusal("decided")


def check_decision(
    judge: Judge,
    outcome: Outcome,
    *,
    origins: Set[Mandate],
    scope: Scope,
    first_reviewer: UUID | None,
    objectors: Collection[str] = (),
) -> None:
    """Whether this person decides so.

    origins: mandates whose verdict the block rests on.  first_reviewer: who judged first: free to own up to a mistake, but
    another must look before the block is said to be right.  objectors: owners of members that object to the signal themselves.
    Raises PolicyRefusal: not_a_reviewer, needs_mandate, not_origin, unknown_outcome, no_scope, first_reviewer, own_feedback.
    """
    _judging(judge)
    if judge.mandate not in origins:
        raise PolicyRefusal("not_origin")
    if outcome not in DECISIONS:
        raise PolicyRefusal("unknown_outcome", outcome)
    if outcome is Outcome.NARROWED and scope is not Scope.SUBDOMAINS:
        raise PolicyRefusal("no_scope")
    if outcome is Outcome.LIFTED:
        return
    if first_reviewer is not None and judge.person == first_reviewer:
        raise PolicyRefusal("first_reviewer")
    if judge.voice.group in objectors:
        raise PolicyRefusal("own_feedback")


def outcome_of(decisions: Collection[Outcome | None]) -> Outcome | None:
    """What a case came to when several blocks stand behind it: the least that was given; None while one is undecided."""
    if not decisions:
        return Outcome.NOT_LISTED
    if None in decisions:
        return None
    return next(one for one in (Outcome.UPHELD, Outcome.NARROWED, Outcome.LIFTED, Outcome.ENDED) if one in decisions)


def without_decision(state: State) -> Outcome:
    """What became of a block that has ended by another way than a decision on its case.

    Who withdraws a verdict, or finds a member's objection right, has said that the block was wrong; the clock says nothing.
    """
    return Outcome.ENDED if state is State.EXPIRED else Outcome.LIFTED


def _judging(judge: Judge) -> None:
    if judge.person is None or Role.REVIEWER not in judge.roles:
        raise PolicyRefusal("not_a_reviewer")
    if judge.mandate not in LIFT_NEEDS:
        raise PolicyRefusal("needs_mandate")
