"""How fast a member may bring a list in, and who may take one out, in which form (docs/adr/0015)."""

from __future__ import annotations

from enum import StrEnum

from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Marking, Role

EXPORTING_ROLES = frozenset({Role.ANALYST, Role.REVIEWER, Role.ENGINEER})
"""Roles that may take a masked list out."""

PLAIN_ROLES = frozenset({Role.ENGINEER})
"""Roles that may take values out: those who look after the member's machines, which hold the same list already."""


class Pace(StrEnum):
    """HOURLY: an import draws from what the member may hand in within an hour, and waits for the next.

    DAILY: it has an allowance of its own.
    """

    HOURLY = "hourly"
    DAILY = "daily"


def pace_of(mandate: Mandate | None) -> Pace:
    """Police and hotlines hold whole lists that they have judged already; a lead of anyone else costs reviewers' time."""
    return Pace.DAILY if mandate is not None else Pace.HOURLY


def check_export(reader: Reader, *, plain: bool, receives: bool) -> None:
    """Whether the person may take a list out.

    plain: with values.  receives: the member's machine fetches the feeds, so that the values are in its systems anyway.
    Raises PolicyRefusal: no_role, plain_is_for_engineers, plain_needs_delivery.
    """
    if reader.member is None or not reader.roles & EXPORTING_ROLES:
        raise PolicyRefusal("no_role")
    if plain and not reader.roles & PLAIN_ROLES:
        raise PolicyRefusal("plain_is_for_engineers")
    if plain and not receives:
        raise PolicyRefusal("plain_needs_delivery")


def may_leave_plain(reader: Reader, *, marking: Marking, ceiling: Ceiling, in_own_circle: bool) -> bool:
    """Whether this signal's value may stand in the person's export: only what the circle's feed holds, and never RED."""
    return (
        bool(reader.roles & PLAIN_ROLES)
        and in_own_circle
        and marking is not Marking.RED
        and ceiling is not Ceiling.NONE
    )
