"""Practices: what a member shares of how it works with a measure.  Who may share one, how widely, and for how long.

Who reads it is the rule of access, as for everything else (`policy.access`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.access import Reader
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Marking, Role

SHARES: Final = frozenset({Role.BENCHMARK_LEAD, Role.ANALYST, Role.REVIEWER, Role.ENGINEER})
"""Those who know how their organisation works."""

OFFERED: Final = (Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT)
"""Not CLEAR: nobody outside can be met with a correction.  Not RED: what one wants others to learn from has no named readers."""

MOST: Final = 200
"""Of one member at a time, some for each measure: a page shows all that there are of one."""

KEPT_AFTER_ITS_END: Final = timedelta(days=90)
"""How long a practice that has ended waits for its member to renew it, before its words are erased."""


def check_share(who: Reader, circle: UUID, marking: Marking) -> None:
    """Raises PolicyRefusal("no_part" | "not_in_circle" | "bad_marking")."""
    if who.member is None or not who.roles & SHARES:
        raise PolicyRefusal("no_part")
    if circle not in who.circles:
        raise PolicyRefusal("not_in_circle")
    if marking not in OFFERED:
        raise PolicyRefusal("bad_marking")


def may_change(who: Reader, member: str) -> bool:
    """A practice is its member's own: its people change it and take it back, also when the member has left the circle since."""
    return who.member == member and bool(who.roles & SHARES)


def check_subject(measure: str, level: int) -> None:
    """Raises PolicyRefusal("no_measure" | "no_level") for what the catalogue does not know."""
    found = load_catalogue().measures.get(measure)
    if found is None:
        raise PolicyRefusal("no_measure")
    if level not in found.good:
        raise PolicyRefusal("no_level")


def usual_marking() -> Marking:
    """What the catalogue proposes for a practice."""
    return Marking(load_catalogue().exchange.signal_types["practice"].default_tlp)


def lasts() -> timedelta:
    """How long a practice is read before its member has to say that it still works so."""
    return timedelta(days=load_catalogue().exchange.signal_types["practice"].expiry_days)
