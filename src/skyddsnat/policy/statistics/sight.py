"""Who sees what of the joint statistics, and who may do what.  Pure; the hub's query twin is held equal by a test.

A member's own figures are for its own people; of another member's nobody learns anything, coordinators included: they see that a
figure came, never what it says.  The joint figure is for everyone in the coalition.
"""

from __future__ import annotations

from typing import Final

from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role

HANDS_IN: Final = frozenset({Role.BENCHMARK_LEAD, Role.ENGINEER})
SEES_OWN: Final = HANDS_IN | {Role.AUDITOR, Role.COORDINATOR}


def may_see_figure(who: Reader, member: str) -> bool:
    """Whether the person sees a figure of this member."""
    return who.member is not None and who.member == member and bool(who.roles & SEES_OWN)


def check_hands_in(who: Reader) -> None:
    """Raises PolicyRefusal("not_hands_in")."""
    if who.member is None or not who.roles & HANDS_IN:
        raise PolicyRefusal("not_hands_in")


def may_follow(who: Reader) -> bool:
    """Whether the person sees whose figures came, and what members wrote to the coordinators about them."""
    return who.member is not None and Role.COORDINATOR in who.roles


def check_coordinator(who: Reader) -> None:
    """Whoever opens series, makes panels, releases and records events.  Raises PolicyRefusal("not_coordinator")."""
    if not may_follow(who):
        raise PolicyRefusal("not_coordinator")
