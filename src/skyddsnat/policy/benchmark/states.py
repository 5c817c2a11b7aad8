"""The states of a round.  A state changes only with its evidence; what the evidence is stands beside each step."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from skyddsnat.policy.errors import PolicyRefusal


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    OPEN = "open"
    CLOSED = "closed"
    COMPUTING = "computing"
    VERIFYING = "verifying"
    RELEASED = "released"
    ARCHIVED = "archived"
    ABORTED = "aborted"


class Abort(StrEnum):
    """Why a round came to an end without a result."""

    PARTY_UNAVAILABLE = "party_unavailable"
    ROOT_MISMATCH = "root_mismatch"
    VERDICT_MISMATCH = "verdict_mismatch"
    VERSION_MISMATCH = "version_mismatch"
    OUTPUT_INCONSISTENT = "output_inconsistent"
    PEER_IDENTITY = "peer_identity"
    SECOND_RUN = "second_run"
    TIME_LIMIT = "time_limit"
    OBJECTION = "objection"
    TOO_FEW = "too_few"
    SPECIFICATION = "specification"
    WITHDRAWN = "withdrawn"


_S = RoundState
NEXT: Final = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.APPROVED}),  # the three parties have signed the same specification
        _S.APPROVED: frozenset({_S.OPEN, _S.ABORTED}),  # each party's key of the round is published
        _S.OPEN: frozenset({_S.CLOSED, _S.ABORTED}),  # the deadline has passed
        _S.CLOSED: frozenset({_S.COMPUTING, _S.ABORTED}),  # equal roots, and each party has stored its root as used
        _S.COMPUTING: frozenset({_S.VERIFYING, _S.ABORTED}),  # equal verdicts, and all three output shares
        _S.VERIFYING: frozenset({_S.RELEASED, _S.ABORTED}),  # the shares lie on a line and name only what may be opened
        _S.RELEASED: frozenset({_S.ARCHIVED}),  # all have destroyed their keys and ciphertexts
        _S.ARCHIVED: frozenset[RoundState](),
        _S.ABORTED: frozenset({_S.ARCHIVED}),
    }
)

RUNNING: Final = frozenset({_S.CLOSED, _S.COMPUTING, _S.VERIFYING})
"""The machines are at work; no person can change anything but stop it."""


def check_step(before: RoundState, after: RoundState) -> None:
    """Raises PolicyRefusal("wrong_state") when the step is not in the table."""
    if after not in NEXT[before]:
        raise PolicyRefusal("wrong_state", f"{before} cannot become {after}")
