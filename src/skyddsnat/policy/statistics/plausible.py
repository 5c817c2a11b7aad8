"""What looks odd in a figure beside its member's own history: a question to its member, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Final

from skyddsnat.policy.statistics.words import Share

LOOKS_BACK: Final = 6
"""Periods that a figure is compared with."""
ENOUGH: Final = 3
SLIP: Final = 8
"""From this factor on a wrong unit is likelier than a real change."""
FAR: Final = Fraction(1, 2)
LIST_STEP: Final = Fraction(3, 10)
LEAST_SAME: Final = 100
"""Two equal figures of this size or more are rarely both right."""


class Oddity(StrEnum):
    """What should be explained."""

    SLIP = "slip"
    FAR = "far"
    NOTHING = "nothing"
    SAME = "same"
    LIST_SIZE = "list_size"
    FEWER_RESOLVERS = "fewer_resolvers"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Told:
    """As much of a figure as is compared.  entries, resolvers: None where the metric depends on no list."""

    value: int
    method: str
    entries: int | None = None
    resolvers: Share | None = None


def oddities(told: Told, history: Sequence[Told]) -> tuple[Oddity, ...]:
    """What is odd about a figure, beside earlier ones of the same member (newest last)."""
    if not history:
        return ()
    last = history[-1]
    found = [odd for odd in (_of_value(told.value, [one.value for one in history]),) if odd is not None]
    if told.entries is not None and last.entries and abs(told.entries - last.entries) > LIST_STEP * last.entries:
        found.append(Oddity.LIST_SIZE)
    order = list(Share)
    if told.resolvers and last.resolvers and order.index(told.resolvers) > order.index(last.resolvers):
        found.append(Oddity.FEWER_RESOLVERS)
    if told.method != last.method:
        found.append(Oddity.METHOD)
    return tuple(found)


def _of_value(value: int, earlier: Sequence[int]) -> Oddity | None:
    usual = Fraction(median(earlier[-LOOKS_BACK:]))
    if not value:
        return Oddity.NOTHING if usual else None
    if usual and (value >= SLIP * usual or value * SLIP <= usual):
        return Oddity.SLIP
    if len(earlier) >= ENOUGH and abs(value - usual) > FAR * usual:
        return Oddity.FAR
    return Oddity.SAME if value == earlier[-1] and value >= LEAST_SAME else None
