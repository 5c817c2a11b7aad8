"""What of one period may be shown to all: the total, the fixed panel's index, or nothing (metrics.yaml, `joint_totals`).

Whoever reads the joint figures knows its own, and what members have published themselves, and must not come within p % of
anyone else's: not from one figure, not from two of them, not from what is shown before and after a member came, left or
corrected itself.  Hence three rules: a total is of a fixed panel; once one panel's totals were shown no other panel's are, an
index takes over; and a period is decided once, from the figures as they then were (docs/adr/0036).  tests/leakage tries to get
around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from skyddsnat.catalogue.release import JointTotals
from skyddsnat.policy.statistics.periods import Period

BASE: Final = 1000
"""The index of a panel's first period, in tenths."""


@dataclass(frozen=True, slots=True)
class Part:
    """A member's figure as the rules see it.  owner: its control group.  published: the member has made it public itself."""

    owner: str
    value: int
    published: bool = False


type Parts = Mapping[str, Part]
"""By member."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An earlier decision on the series, with the figures that it was made from.  method: how they were counted."""

    period: Period
    parts: Parts
    method: str
    total: int | None
    index: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a period; neither is held back by the rules.  index: in tenths."""

    total: int | None = None
    index: int | None = None


HELD: Final = Shown()


def owners_of(parts: Parts) -> int:
    """How many contributed: members under one owner are one."""
    return len({part.owner for part in parts.values()})


def safe_total(parts: Iterable[Part], rules: JointTotals) -> bool:
    """Whether the sum tells no contributor's figure to within p %.

    Figures that all know are left out first, also those of an owner that keeps others secret.  Of the rest, counted by owner:
    enough of them; all but the two largest add up to at least p % of the largest, so that the second largest cannot work it out;
    none has more than its share; not all are equal.
    """
    sums: dict[str, int] = {}
    for part in parts:
        if not part.published:
            sums[part.owner] = sums.get(part.owner, 0) + part.value
    values = sorted(sums.values(), reverse=True)
    if len(values) < rules.min_contributors:
        return False
    first, total = values[0], sum(values)
    if 100 * (total - first - values[1]) < rules.p_percent * first:
        return False
    if first > Fraction(rules.max_share) * total:
        return False
    return first != values[-1] or not rules.refuse_if_all_equal


def decide(
    period: Period,
    parts: Parts,
    history: Sequence[Decided],
    rules: JointTotals,
    *,
    method: str,
    quartiles_from: int | None = None,
) -> Shown:
    """What is shown of a period.

    parts: of every member of the panel, and of no other.  history: earlier decisions in the order in which they were taken.
    quartiles_from: of how many owners a round has opened quartiles of the same metric and time, None where it has not.
    """
    if not safe_total(parts.values(), rules):
        return HELD
    if quartiles_from is not None and quartiles_from < rules.not_with_quartiles_below:
        return HELD
    others = any(one.total is not None and one.parts.keys() != parts.keys() for one in history)
    total = None if others and rules.unchanged_membership else _sum(parts)
    return Shown(total, _index(period, parts, history, rules, method=method))


def _index(period: Period, parts: Parts, history: Sequence[Decided], rules: JointTotals, *, method: str) -> int:
    """How the fixed panel stands beside its first period; across a change of panel, by the members who are in both."""
    counted_so = [one for one in history if one.index is not None and one.method == method]
    same = next((one for one in counted_so if one.parts.keys() == parts.keys()), None)
    if same is not None:
        return _scaled(same, _sum(same.parts), _sum(parts))
    before = next((one for one in counted_so if one.period == period.previous), None)
    if before is not None:
        now = {member: parts[member] for member in before.parts.keys() & parts.keys()}
        # Of today's owners both: who has come under one since knows both figures of then, too.
        then = {member: replace(before.parts[member], owner=part.owner) for member, part in now.items()}
        if all(safe_total(each.values(), rules) for each in (then, now)):
            return _scaled(before, _sum(then), _sum(now))
    return BASE


def _scaled(before: Decided, then: int, now: int) -> int:
    return (2 * (before.index or 0) * now + then) // (2 * then)


def _sum(parts: Parts) -> int:
    return sum(part.value for part in parts.values())
