"""What of an item may be opened, by how many have a value for it: decided before anything but that count is opened.

The computing parties, the hub and every reader of a transcript ask the same functions, so a party can open no name that the
rules did not allow, and no reader can read a name in another way (reference: confidential benchmarking § 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skyddsnat.catalogue.release import Rung

FOUR: Final = 4

LEAST_P, LARGEST_SHARE, TOTALS_FROM = 10, Fraction(1, 2), 8
"""Floors below which no coalition may set its rules: whoever plans a round cannot plan a looser one."""
WIDEST: Final = 47
"""Bits of the longest comparison: with 40 bits of masking they fill the field of the shares."""


class ItemKind(StrEnum):
    """CODE: a band on a public grid, for order statistics and positions.  AMOUNT: a whole number, for a total."""

    CODE = "code"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Point:
    """An order statistic as an integer: the sum of weight x code at position (from 0, ascending) is the code x divisor."""

    weights: tuple[tuple[int, int], ...]
    divisor: int


@dataclass(frozen=True, slots=True)
class Presence:
    """What is opened first of an item.  members: how many have a value; groups: owners among them; invited: members in all."""

    members: int
    groups: int
    invited: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be opened of an item.  public, private: names, in the order they are opened.

    tested: only if its disclosure test passes.  An amount has one (`safe_total`).  A code has none: its bands are wider than the
    p % rule asks, and the only other test, that not all are equal, would by failing tell everyone that they are (docs/adr/0024).
    """

    public: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    points: tuple[tuple[str, Point], ...] = ()
    tested: bool = False

    @property
    def opens_anything(self) -> bool:
        """Whether anything is opened but the counts."""
        return bool(self.public or self.private)


NOTHING: Final = Plan()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one round, as its specification holds them.

    k: owners that must have a value.  p: per cent of the largest value that the others must add up to.  max_share: of one value
    in the total.  four_opted_in: every member of a group of four agreed to learn above or below.
    """

    k: int
    p: int
    max_share: Fraction
    ladder: tuple[Rung, ...]
    four_opted_in: bool = False


def rung(rules: Rules, groups: int) -> Rung | None:
    """The rung of the ladder for this many owners, or None below it."""
    if groups < rules.k and not (groups == FOUR and rules.four_opted_in):
        return None
    return next(
        (r for r in rules.ladder if r.low <= groups and (r.high is None or groups <= r.high)),
        None,
    )


def plan(rules: Rules, kind: ItemKind, presence: Presence, *, neutral: bool, unchanged: bool) -> Plan:
    """What may be opened of an item.

    unchanged: the contributors are those of last time, or there was no last time.  After a change no total is opened, of codes
    the median alone: what is opened before and after together would tell much of the one that came or went (tests/leakage).
    neutral: nobody is told a rank of such a metric (promise 9); its owner may know in which third it stands, since that is the
    distribution and no order of merit.
    """
    step = rung(rules, presence.groups)
    if step is None or presence.members < 2:
        return NOTHING
    if kind is ItemKind.AMOUNT:
        complete = presence.members == presence.invited
        total = {"mean_if_rules_pass", "sum_if_rules_pass"} & set(step.public)
        return Plan(public=("sum", "measured"), tested=True) if total and unchanged and complete else NOTHING
    found = _points(presence.members, step)
    if not unchanged:
        found = tuple((name, point) for name, point in found if name == "median")
    public = (*(name for name, _ in found), "measured") if found else ()
    return Plan(public, _private(step, neutral=neutral) if unchanged else (), found)


def _private(step: Rung, *, neutral: bool) -> tuple[str, ...]:
    names: dict[str, tuple[str, ...]] = {"above_or_below_middle": ("side",), "own_third": ("third",)}
    if not neutral:
        names["own_rank_opt_in"] = ("place",)
    return tuple(name for word in step.private for name in names.get(word, ()))


def _points(members: int, step: Rung) -> tuple[tuple[str, Point], ...]:
    found: list[tuple[str, Point]] = []
    if "banded_median" in step.public:
        found.append(("median", _median(members)))
    if "banded_quartiles" in step.public:
        # Between two members the one nearer the median is taken: interpolation would open a combination of both.
        low = -(-(members - 1) // 4)
        found += [("q1", Point(((low, 1),), 1)), ("q3", Point(((members - 1 - low, 1),), 1))]
    if "interpolated_quartiles_on_codes" in step.public:
        found += [("q1", _quarter(members, 1)), ("q3", _quarter(members, 3))]
    return tuple(found)


def _median(members: int) -> Point:
    middle, odd = divmod(members, 2)
    return Point(((middle, 1),), 1) if odd else Point(((middle - 1, 1), (middle, 1)), 2)


def _quarter(members: int, quarter: int) -> Point:
    """Inclusive quartile: position (n - 1) * quarter / 4, in quarters of a code."""
    position, rest = divmod((members - 1) * quarter, 4)
    weights = [(position, 4 - rest)] + ([(position + 1, rest)] if rest else [])
    return Point(tuple(weights), 4)


def place(members: int, below: int, above: int) -> int:
    """Twice the rank, from 0 at the lowest, in the middle of those one ties with: what a member that wants its rank is told.

    Not how many are below and above: both 0 would say that all are equal.
    """
    return members - 1 + below - above


def third_edges(members: int) -> tuple[int, int]:
    """Edges of the thirds in `below - above`: the third is the number of edges at or below it.

    With ties a member's place is the middle of those it ties with: third = floor(3 (n + below - above) / 2n), all whole numbers.
    """
    return -(members // 3), -(-members // 3)


def third(members: int, below: int, above: int) -> int:
    """0, 1 or 2: in which third of `members` one stands with so many strictly below and strictly above."""
    return sum(below - above >= edge for edge in third_edges(members))


def side(below: int, above: int) -> int:
    """0 below the middle, 1 on it, 2 above it."""
    return sum(below - above >= edge for edge in (0, 1))


def comparison_bits(rules: Rules, members: int, most: int) -> int:
    """How long the numbers get that the test of a total compares, sign included.  most: the largest amount."""
    share, needed = rules.max_share, Fraction(rules.p, 100)
    largest = max(
        needed.denominator * max(members - 2, 1) * most, share.numerator * members * most, share.denominator * most
    )
    return 1 + largest.bit_length()


def largest_amount(rules: Rules, members: int) -> int:
    """The largest amount whose test fits the widest comparison, for a group of this size."""
    most = 2**37 - 2
    while comparison_bits(rules, members, most) > WIDEST:
        most //= 2
    return most


def safe_total(amounts: Sequence[int], rules: Rules) -> bool:
    """Whether a total may be opened, in the clear: the twin of what is computed on shares (tests compare the two).

    p %: all but the two largest must add up to at least p % of the largest; dominance: none above max_share; not all equal.
    """
    ordered = sorted(amounts, reverse=True)
    first, second, total = ordered[0], ordered[1], sum(ordered)
    if 100 * (total - first - second) < rules.p * first:
        return False
    if first * rules.max_share.denominator > total * rules.max_share.numerator:
        return False
    return ordered[0] != ordered[-1]
