"""What a member may say of a published signal, and who decides on it (reference 2.4)."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import SUBMITTING_ROLES, Judge
from skyddsnat.policy.signal_states import LIVE
from skyddsnat.policy.vocabulary import Mandate, Role, State


class FeedbackReason(StrEnum):
    """Fixed reasons."""

    NOT_ILLEGAL = "not_illegal"
    WRONG_SCOPE = "wrong_scope"
    GONE = "gone"
    PARKED = "parked_or_resold"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"
    SEEN = "seen"


DISPUTING = frozenset({FeedbackReason.NOT_ILLEGAL, FeedbackReason.WRONG_SCOPE})
"""Reasons that open a dispute: the signal may do harm as it stands."""


def check_feedback(judge: Judge, state: State, *, lifted: bool, reason: FeedbackReason, said: Set[str]) -> None:
    """Whether this person may say this of the signal.  said: reasons that the member has given in this episode.

    Raises PolicyRefusal: no_role, not_live, already_said.
    """
    if judge.person is None or not judge.roles & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if state not in LIVE or lifted:
        raise PolicyRefusal("not_live", state)
    if reason in said:
        raise PolicyRefusal("already_said", reason)


def check_feedback_decision(judge: Judge, complainant: str, *, origins: Set[Mandate], ends: bool) -> None:
    """Whether this person decides on feedback that opened no dispute.

    complainant: owner of the member that gave it.  ends: the decision would end the signal, which only a mandate behind the
    verdict may do once there is one.  Raises PolicyRefusal: not_a_reviewer, needs_mandate, own_feedback, not_origin.
    """
    if judge.person is None or Role.REVIEWER not in judge.roles:
        raise PolicyRefusal("not_a_reviewer")
    if judge.mandate is None:
        raise PolicyRefusal("needs_mandate")
    if judge.voice.group == complainant:
        raise PolicyRefusal("own_feedback")
    if ends and origins and judge.mandate not in origins:
        raise PolicyRefusal("not_origin")
