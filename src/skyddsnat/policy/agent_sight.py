"""Who may know what of a member's agents.  Pure; the hub's agents noun asks."""

from __future__ import annotations

from enum import StrEnum

from skyddsnat.policy.access import Reader
from skyddsnat.policy.vocabulary import Mandate, Role


class Sight(StrEnum):
    """NONE: not even that it exists.  OUTLINE: name, state and whether it is behind.  FULL: resolvers, sizes and reasons too."""

    NONE = "none"
    OUTLINE = "outline"
    FULL = "full"


def sight_of(reader: Reader, member: str) -> Sight:
    """How much the reader sees of this member's agents.

    How an operator's network is built is its own affair; that a withdrawal or a block has not reached it is the coordinator's
    and the police's (reference/domain.md: "stragglers named to police only", and the coordinator who onboards members).
    """
    if reader.member is None:
        return Sight.NONE
    if reader.member == member:
        return Sight.FULL
    if reader.mandate is Mandate.POLICE or Role.COORDINATOR in reader.roles:
        return Sight.OUTLINE
    return Sight.NONE


def may_remove_agent(reader: Reader, member: str) -> bool:
    """Taking away an agent that is no longer run is for the member's own engineers."""
    return reader.member == member and Role.ENGINEER in reader.roles
