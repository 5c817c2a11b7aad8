"""A value becomes a code on the item's public bands, or an amount, before it is shared; and a code becomes a band again.

Whole numbers and decimals only, never floating point: members must agree on every edge.  JavaScript does the same from the same
edges (tests/protocols/benchmark/vectors.json).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from skyddsnat.catalogue.grid import Grid, GridKind
from skyddsnat.catalogue.maturity import LEVELS, MaturityQuestion
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import LARGEST_AMOUNT, Item

SIGNIFICANT: Final = 8
"""Digits of an edge of a logarithmic grid; rounding is part of the edge, which the specification then holds."""

_WRITTEN: Final = re.compile(r"-?[0-9]{1,18}(?:[.,][0-9]{1,12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Band:
    """Values from `low` up to `high`; None where the band is open.  upper_side: `low` is outside and `high` inside."""

    low: Decimal | None
    high: Decimal | None
    upper_side: bool = False


def value(text: str) -> Decimal:
    """A number as people write it, with point or comma.  Raises BadRound(malformed)."""
    squeezed = text.strip().replace("\u00a0", "").replace(" ", "")
    if not _WRITTEN.fullmatch(squeezed):
        raise BadRound("malformed", "not read as a number, expected digits such as 1234.5")
    return Decimal(squeezed.replace(",", "."))


def code(item: Item, number: Decimal) -> int:
    """The band that a value lies in, from 0."""
    return bisect_left(item.edges, number) if item.upper_side else bisect_right(item.edges, number)


def amount(item: Item, number: Decimal) -> int:
    """An amount as a whole number of 10^-decimals.  Raises BadRound(malformed) below 0 or above the item's largest."""
    scaled = int((number * 10**item.decimals).to_integral_value(rounding=ROUND_HALF_EVEN))
    if not 0 <= scaled <= item.max:
        raise BadRound("malformed", f"{item.id}: expected an amount from 0 to {Decimal(item.max) / 10**item.decimals}")
    return scaled


def encode(item: Item, number: Decimal) -> int:
    """What is shared of a value."""
    return code(item, number) if item.kind is ItemKind.CODE else amount(item, number)


def band(item: Item, code: int) -> Band:
    """The band behind a code."""
    low = item.edges[code - 1] if code > 0 else None
    high = item.edges[code] if code < len(item.edges) else None
    return Band(low, high, item.upper_side)


def item_of_metric(metric: Metric, factor: int) -> Item:
    """A metric's code, its bands `factor` times as wide as the catalogue's."""
    edges = _edges(metric.grid, metric.value.low)[factor - 1 :: factor]
    return Item(
        id=metric.id,
        kind=ItemKind.CODE,
        max=len(edges),
        neutral=metric.is_neutral,
        edges=edges,
        upper_side=metric.grid.kind is GridKind.HOURS_LADDER,
    )


def item_of_amount(metric: Metric, *, most: int = LARGEST_AMOUNT) -> Item:
    """The raw numerator of an additive metric, for a total.  most: the largest amount; smaller in very large groups."""
    return Item(f"{metric.id}.amount", ItemKind.AMOUNT, max=most, neutral=metric.is_neutral)


def item_of_question(question: MaturityQuestion) -> Item:
    """A level of the maturity model: each is a band of its own."""
    edges = tuple(Decimal(level) for level in LEVELS[1:])
    return Item(question.id, ItemKind.CODE, max=len(edges), neutral=False, edges=edges)


def _edges(grid: Grid, low: Decimal) -> tuple[Decimal, ...]:
    """The lower edges of all codes but the first."""
    steps = range(1, grid.codes)
    if grid.edges:
        return grid.edges
    if grid.kind is GridKind.PERMILLE:
        return tuple(grid.step * step / 10 for step in steps)
    if grid.kind is GridKind.LOG_STEP:
        return tuple(_significant(grid.base * grid.ratio ** (step - 1)) for step in steps)
    return tuple(low + grid.step * step for step in steps)


def _significant(edge: Decimal) -> Decimal:
    places = SIGNIFICANT - 1 - edge.adjusted()
    return edge.quantize(Decimal(1).scaleb(-max(0, min(places, 9)))).normalize() + 0
