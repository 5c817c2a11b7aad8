"""How many subscriptions stand behind a joint figure, said so that it is nobody's (docs/adr/0048).

Bands that are added up can be taken apart again: their edges are so far apart that the sum often says which ones they were, and
the sum before a member came, less the one after, is that member's own.  tests/leakage/bands.py tries both.
"""

from __future__ import annotations

from typing import Final

ORDERS: Final = (0, 100_000, 1_000_000, 10_000_000)
"""Lower edges of what is told: orders of magnitude."""

type Span = tuple[int, int | None]
"""From the least to the most; None where there is no end."""


def together(least: int) -> Span:
    """What is told of contributors that have at least so many subscriptions together: the lower edges of their bands added.

    A band ends a factor of three above its beginning, or 10 000, so that all of them lie below the order after the next.
    """
    order = max(place for place, edge in enumerate(ORDERS) if edge <= least)
    return ORDERS[order], ORDERS[order + 2] if order + 2 < len(ORDERS) else None
