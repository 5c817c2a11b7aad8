"""The public grid of a metric: a value becomes a code before it is shared, so that what is opened is a band, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache

from skyddsnat.catalogue.reader import Reader

type Ladders = Mapping[str, tuple[Decimal, ...]]

MAX_CODES = 100_000
_PERMILLE_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)


class ValueType(StrEnum):
    """What kind of number a member hands in."""

    COUNT = "count"
    RATIO = "ratio"
    HOURS = "hours"
    INDEX = "index"
    SCORE = "score"
    BOOLEAN = "boolean"


class GridKind(StrEnum):
    """How a value turns into a code; the formulas stand at the head of metrics.yaml."""

    PERMILLE = "permille"
    LOG_STEP = "log-step"
    HOURS_LADDER = "hours-ladder"
    LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The bounds of a value (both included) and its decimals."""

    type: ValueType
    low: Decimal
    high: Decimal
    decimals: int


@dataclass(frozen=True, slots=True)
class Grid:
    """codes: how many codes there are, from 0.  edges: the ladder, where there is one; step, base and ratio by kind, else 0."""

    kind: GridKind
    codes: int
    step: Decimal = Decimal(0)
    base: Decimal = Decimal(0)
    ratio: Decimal = Decimal(0)
    edges: tuple[Decimal, ...] = ()

    @property
    def bits(self) -> int:
        """The smallest of 8, 16 and 32 in which the difference of any code and the code for "missing" fits, signed."""
        return next((bits for bits in (8, 16) if self.codes < 2 ** (bits - 1)), 32)


def read_range(reader: Reader) -> ValueRange:
    """Parse `value: {type, min, max, decimals}`."""
    with reader.part("value") as value:
        read = ValueRange(
            type=value.one_of("type", ValueType),
            low=value.decimal("min"),
            high=value.decimal("max"),
            decimals=value.number("decimals", low=0, high=6),
        )
        if read.low >= read.high:
            value.fault("max", got=str(read.high), expected=f"more than min ({read.low})")
        if read.type is ValueType.BOOLEAN and (read.low != 0 or read.high != 1):
            value.fault("max", got=f"{read.low} to {read.high}", expected="0 to 1 for a boolean")
    return read


def read_grid(reader: Reader, *, value: ValueRange, ladders: Ladders) -> Grid:
    """Parse `coarse: {kind, …}` and count its codes."""
    with reader.part("coarse") as coarse:
        kind = coarse.one_of("kind", GridKind)
        if kind is GridKind.PERMILLE:
            return _permille(coarse, value)
        if kind is GridKind.LOG_STEP:
            return _log_step(coarse, value)
        if kind is GridKind.HOURS_LADDER or coarse.has("ladder"):
            return _ladder(coarse, kind, ladders)
        return _levels(coarse, value)


def _permille(coarse: Reader, value: ValueRange) -> Grid:
    step = coarse.number("step", low=1, high=100)
    if step not in _PERMILLE_STEPS:
        coarse.fault("step", got=str(step), expected="a divisor of 1000: " + ", ".join(map(str, _PERMILLE_STEPS)))
        step = 1
    if value.low != 0 or value.high != 100:
        coarse.fault(
            "kind", got=f"permille for values from {value.low} to {value.high}", expected="values from 0 to 100"
        )
    return Grid(GridKind.PERMILLE, codes=1000 // step, step=Decimal(step))


def _log_step(coarse: Reader, value: ValueRange) -> Grid:
    base, ratio = coarse.decimal("base"), coarse.decimal("ratio")
    codes = coarse.number("codes", low=2, high=MAX_CODES)
    if base <= 0:
        coarse.fault("base", got=str(base), expected="a number above 0")
    elif ratio < Decimal("1.01"):
        coarse.fault("ratio", got=str(ratio), expected="a number from 1.01")
    else:
        needed = _codes_up_to(value.high, base=base, ratio=ratio)
        if codes != needed:
            coarse.fault(
                "codes", got=str(codes), expected=f"{needed}: 0 below the base, then one a step up to {value.high}"
            )
    return Grid(GridKind.LOG_STEP, codes=codes, base=base, ratio=ratio)


@cache
def _codes_up_to(high: Decimal, *, base: Decimal, ratio: Decimal) -> int:
    """Codes from 0 to that of `high`, counted by exact fractions: members must agree on every edge."""
    edge, codes = Fraction(base), 1
    while edge <= high and codes < MAX_CODES:
        edge, codes = edge * Fraction(ratio), codes + 1
    return codes


def _ladder(coarse: Reader, kind: GridKind, ladders: Ladders) -> Grid:
    name = coarse.word("ladder")
    edges = ladders.get(name, ())
    if not edges:
        coarse.fault("ladder", got=f'"{name}"', expected="one of " + ", ".join(ladders))
    return Grid(kind, codes=len(edges) + 1, edges=edges)


def _levels(coarse: Reader, value: ValueRange) -> Grid:
    low, high, step = coarse.decimal("min"), coarse.decimal("max"), coarse.decimal("step")
    if (low, high) != (value.low, value.high):
        coarse.fault("max", got=f"{low} to {high}", expected=f"the value's own bounds, {value.low} to {value.high}")
    if step <= 0 or high <= low or (high - low) % step or (high - low) / step >= MAX_CODES:
        coarse.fault("step", got=str(step), expected="a number above 0 that divides max - min")
        return Grid(GridKind.LEVELS, codes=2, step=Decimal(1))
    return Grid(GridKind.LEVELS, codes=int((high - low) / step) + 1, step=step)
