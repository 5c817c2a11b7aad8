"""What a report may say of who reads it."""

from __future__ import annotations

from skyddsnat.policy.vocabulary import Marking

OFFERED_MARKINGS = (Marking.AMBER_STRICT, Marking.AMBER, Marking.RED)
"""The default first.  CLEAR and GREEN are not offered: leads never leave their circle (reference 2.1)."""

_WIDEST_FIRST = (Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT, Marking.RED)


def strictest(one: Marking, other: Marking) -> Marking:
    """The narrower of the two: when two members mark the same thing differently, the stricter wish binds."""
    return max(one, other, key=_WIDEST_FIRST.index)
