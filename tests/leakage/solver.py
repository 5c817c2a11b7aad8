"""What an insider can work out of what a round releases: exact linear algebra over values, and enumeration over bands.

The insider knows its own value and its own place, and every public output.  Others are exchangeable to it, except a member that
everyone saw leave.  Two questions: how many others' values (or bands) are certain at all, and how many are certain *with a name*.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from skyddsnat.policy.benchmark import disclosure
from skyddsnat.policy.benchmark.disclosure import ItemKind, Plan, Presence
from tests.rounds import rules

type Form = tuple[Fraction, ...]
"""A linear combination of the ordered values, lowest first."""

type Bands = NDArray[np.int64]


@cache
def allowed(members: int, *, unchanged: bool = True) -> Plan:
    """What the rules open of a code that so many have."""
    presence = Presence(members, members, members)
    return disclosure.plan(rules(), ItemKind.CODE, presence, neutral=False, unchanged=unchanged)


# ---- exact values


def unit(at: int, size: int) -> Form:
    """The value at a place."""
    return tuple(Fraction(int(j == at)) for j in range(size))


def quantile(quarter: int, size: int) -> Form:
    """An inclusive quartile, interpolated: what spreadsheets and statistics packages publish."""
    at = Fraction((size - 1) * quarter, 4)
    low = int(at)
    form = [Fraction(0)] * size
    form[low] += 1 - (at - low)
    if low + 1 < size:
        form[low + 1] += at - low
    return tuple(form)


def naive(size: int) -> list[Form]:
    """Smallest, quartiles, median, largest and sum, as benchmarks are usually published."""
    return [unit(0, size), *(quantile(q, size) for q in (1, 2, 3)), unit(size - 1, size), (Fraction(1),) * size]


def ours(size: int) -> list[Form]:
    """Exact combinations of values that the ladder opens: of an amount its sum from eight on; a code opens bands only."""
    presence = Presence(size, size, size)
    plan = disclosure.plan(rules(), ItemKind.AMOUNT, presence, neutral=False, unchanged=True)
    return [(Fraction(1),) * size] if "sum" in plan.public else []


def after_leaving(forms: Callable[[int], list[Form]], size: int, gone: int) -> list[Form]:
    """The forms of the smaller group, over the places of the larger one."""
    return [(*form[:gone], Fraction(0), *form[gone:]) for form in forms(size - 1)]


def determined(forms: Sequence[Form], size: int) -> set[int]:
    """Places whose value follows from the forms: unit vectors in their span, by Gauss-Jordan over fractions."""
    rows = [list(form) for form in forms]
    solved = 0
    for column in range(size):
        pivot = next((row for row in range(solved, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[solved], rows[pivot] = rows[pivot], rows[solved]
        scale = rows[solved][column]
        rows[solved] = [each / scale for each in rows[solved]]
        for other in range(len(rows)):
            if other != solved and rows[other][column]:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[solved], strict=True)]
        solved += 1
    return {row.index(1) for row in rows[:solved] if sum(map(bool, row)) == 1}


def exact_in_one_round(forms: Callable[[int], list[Form]], size: int) -> Fraction:
    """Others' exact values that follow, on average over the insider's place."""
    found = [len(determined([*forms(size), unit(own, size)], size) - {own}) for own in range(size)]
    return Fraction(sum(found), size)


def exact_when_one_leaves(forms: Callable[[int], list[Form]], size: int, *, held_back: bool) -> Fraction:
    """The same over two rounds with the same values, before and after one member left; average over all places.

    held_back: whether sums of the second round stay closed, since the members are others (rule 6).
    """
    found = []
    for gone in range(size):
        second = [] if held_back else after_leaving(forms, size, gone)
        for own in set(range(size)) - {gone}:
            known = [*forms(size), *second, unit(own, size)]
            found.append(len(determined(known, size) - {own}))
    return Fraction(sum(found), len(found))


# ---- bands


@dataclass(frozen=True, slots=True)
class Certain:
    """Others' bands that follow.  unnamed: somebody has this band; named: this member has it."""

    unnamed: float
    named: float


type Sight = Callable[[Bands, int], Bands]
"""What an insider with this band sees, a row for each way in which the others may lie (rows of their bands)."""


def our_sight(others: Bands, own: int) -> Bands:
    """A round of ours: the points that are opened, and the own place (the insider opted in to its rank)."""
    points = _points(others, own, allowed(others.shape[1] + 1))
    return np.column_stack([points, (others < own).sum(axis=1) - (others > own).sum(axis=1)]) if points.size else points


def rested_sight(others: Bands, own: int) -> Bands:
    """A full round of ours within a year of a change of members: all points, but of the own place only the third."""
    points = _points(others, own, allowed(others.shape[1] + 1))
    if not points.size:
        return points
    edges = disclosure.third_edges(others.shape[1] + 1)
    balance = (others < own).sum(axis=1) - (others > own).sum(axis=1)
    return np.column_stack([points, sum((balance >= edge).astype(np.int64) for edge in edges)])


def changed_sight(others: Bands, own: int) -> Bands:
    """A round of ours after a change of members: the median alone."""
    return _points(others, own, allowed(others.shape[1] + 1, unchanged=False))


def _points(others: Bands, own: int, plan: Plan) -> Bands:
    ordered = _ordered(others, own)
    columns = [sum(weight * ordered[:, at] for at, weight in point.weights) for _, point in plan.points]
    return np.column_stack(columns) if columns else np.zeros((len(others), 0), dtype=np.int64)


def suppressing_sight(others: Bands, own: int) -> Bands:
    """The same, but held back when all are equal, and the rank told as how many are below and above (docs/adr/0024).

    For groups that open something at all.
    """
    ordered = _ordered(others, own)
    safe = ordered[:, 0] != ordered[:, -1]
    place = [(others < own).sum(axis=1), (others > own).sum(axis=1)]
    seen = np.column_stack([_points(others, own, allowed(ordered.shape[1])), *place])
    return np.column_stack([safe, np.where(safe[:, None], seen, -1)])


def naive_sight(others: Bands, own: int) -> Bands:
    """Smallest, quartiles (in quarters), median, largest and sum; whoever reads them can place itself."""
    forms = np.array([[int(4 * part) for part in form] for form in naive(others.shape[1] + 1)])
    return np.asarray(_ordered(others, own) @ forms.T)


def _ordered(others: Bands, own: int) -> Bands:
    return np.sort(np.column_stack([others, np.full(len(others), own)]), axis=1)


@cache
def multisets(size: int, grid: int) -> Bands:
    """Every way in which exchangeable others can lie in the bands."""
    return np.array(list(combinations_with_replacement(range(grid), size)), dtype=np.int64).reshape(-1, size)


def bands_in_one_round(sight: Sight, bands: Sequence[int], *, grid: int) -> Certain:
    """What the first member can be certain of about the others."""
    worlds = multisets(len(bands) - 1, grid)
    return _certain(worlds[_agree(sight, worlds, bands[1:], bands[0])])


def bands_when_one_leaves(sight: Sight, second: Sight, bands: Sequence[int], *, grid: int) -> Certain:
    """The same after two rounds with the same bands, the last member missing in the second, which shows `second`."""
    own, others, gone = bands[0], bands[1:-1], bands[-1]
    worlds = multisets(len(others), grid)
    worlds = worlds[_agree(second, worlds, others, own)]
    kept: list[Bands] = []
    leavers = []
    for leaver in range(grid):
        with_leaver = np.column_stack([worlds, np.full(len(worlds), leaver)])
        both = _agree(sight, with_leaver, (*others, gone), own)
        if both.any():
            kept.append(worlds[both])
            leavers.append(leaver)
    rest = _certain(np.concatenate(kept))
    known = int(len(leavers) == 1)
    return Certain(rest.unnamed + known, rest.named + known)


def _agree(sight: Sight, worlds: Bands, truth: Sequence[int], own: int) -> NDArray[np.bool_]:
    """Which worlds would have shown the insider what it saw."""
    return np.asarray((sight(worlds, own) == sight(np.array([truth]), own)[0]).all(axis=1))


def _certain(worlds: Bands) -> Certain:
    same = (worlds == worlds[0]).all(axis=0)
    named = bool(same.all() and (worlds[0] == worlds[0][0]).all())
    return Certain(float(same.sum()), float(worlds.shape[1] if named else 0))


def random_bands(size: int, grid: int, rng: random.Random) -> list[int]:
    """A group as groups are: most near each other, some far off."""
    middle = rng.uniform(0.2, 0.8) * (grid - 1)
    return [min(grid - 1, max(0, round(rng.gauss(middle, grid / 5)))) for _ in range(size)]
