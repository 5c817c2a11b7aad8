"""What a contributor can work out of the joint statistics: linear programming over all that was ever shown of a series.

The attacker knows its own figures, those that members have published, who is in which panel, and every total and index, with
the rule that each index was made by.  Nothing is below 0.  `drift` lets it know, too, that no owner changes by more from one
period to the next: that is what makes "before less after" an attack.  HiGHS (scipy) then finds the least and the most that
another's figure can be.  Nothing is taken from the code that decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.totals import BASE, Decided

P: Final = 0.15
"""The p % of the catalogue's `joint_totals`."""

UNBOUNDED: Final = 3
"""What linprog says of an aim without an end."""

type Cell = tuple[Period, str, int]
"""A figure: period, member, revision."""


@dataclass(slots=True)
class Knowledge:
    """Rows `low <= row . x <= high` over the cells."""

    cells: dict[Cell, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float]] = field(default_factory=list)
    """Each as `row . x <= bound`."""

    def at(self, cell: Cell) -> int:
        return self.cells.setdefault(cell, len(self.cells))

    def at_most(self, row: dict[Cell, float], bound: float) -> None:
        self.rows.append(({self.at(cell): weight for cell, weight in row.items()}, bound))

    def equal(self, row: dict[Cell, float], value: float) -> None:
        self.at_most(row, value)
        self.at_most({cell: -weight for cell, weight in row.items()}, -value)

    def know(self, cell: Cell, value: int) -> None:
        self.equal({cell: 1.0}, value)

    def least(self, cell: Cell) -> float:
        """The least that the cell can be."""
        return self._solve(cell, 1.0)

    def most(self, cell: Cell) -> float:
        """The most that it can be; infinite where nothing bounds it."""
        return -self._solve(cell, -1.0)

    def gives_away(self, cell: Cell, value: int) -> bool:
        """Whether the cell, which is `value`, is known to within p %: nothing that is left possible is further off."""
        slack = 1e-6 * value
        return self.most(cell) < (1 + P) * value - slack and self.least(cell) > (1 - P) * value + slack

    def _solve(self, cell: Cell, sign: float) -> float:
        from scipy.optimize import linprog  # a second to load, which only who solves something pays

        place = self.at(cell)
        aim = np.zeros(len(self.cells))
        aim[place] = sign
        matrix, bounds = np.zeros((len(self.rows), len(self.cells))), np.zeros(len(self.rows))
        for at, (row, bound) in enumerate(self.rows):
            size = max(map(abs, row.values()))  # rows of one size, since an index weighs a thousand times a figure
            matrix[at, list(row)] = [weight / size for weight in row.values()]
            bounds[at] = bound / size
        # Its presolve calls an aim without an end infeasible now and then, and is not needed for so little.
        found = linprog(aim, A_ub=matrix, b_ub=bounds, bounds=(0, None), method="highs", options={"presolve": False})
        if found.status == UNBOUNDED:
            return float("-inf")
        assert found.status == 0, found.message  # what is known is true, so something fits it
        return float(found.fun)


def shown(decisions: Sequence[Decided]) -> Knowledge:
    """What everyone knows from the decisions on a series, in the order in which they were taken."""
    known = Knowledge()
    for at, one in enumerate(decisions):
        if one.total is not None:
            known.equal({(one.period, member, 1): 1.0 for member in one.parts}, one.total)
        base = _base(decisions[:at], one)
        if one.index is not None and base is not None:
            _index(known, one, *base)
        for member, part in one.parts.items():
            if part.published:
                known.know((one.period, member, 1), part.value)
    return known


def _base(earlier: Sequence[Decided], one: Decided) -> tuple[Decided, list[str]] | None:
    """What the index is made beside, and of which members; None where it begins."""
    for before in earlier:
        if before.index is not None and before.parts.keys() == one.parts.keys() and before.method == one.method:
            return before, list(one.parts)
    for before in earlier:
        linked = before.index is not None and before.period == one.period.previous and before.method == one.method
        if linked and one.index != BASE:
            return before, [member for member in one.parts if member in before.parts]
    return None


def _index(known: Knowledge, one: Decided, before: Decided, members: Iterable[str]) -> None:
    """index of `one` = index of `before` x sums of both, rounded: within half a tenth."""
    then, now = before.index or 0, one.index or 0
    for sign, half in ((1.0, now + 0.5), (-1.0, -(now - 0.5))):
        row = {(one.period, member, 1): sign * then for member in members}
        known.at_most(row | {(before.period, member, 1): -half for member in members}, 0)


def add_own(known: Knowledge, decisions: Sequence[Decided], owner: str) -> None:
    """The figures of the attacker, with those of every member under the same owner."""
    for one in decisions:
        for member, part in one.parts.items():
            if part.owner == owner:
                known.know((one.period, member, 1), part.value)


def add_drift(known: Knowledge, decisions: Sequence[Decided], drift: float) -> None:
    """From one period to the next nobody's figure changes by more than this share."""
    parts = {one.period: one.parts for one in decisions}
    for period, now in parts.items():
        for member in now.keys() & parts.get(period.previous, {}).keys():
            later, sooner = (period, member, 1), (period.previous, member, 1)
            known.at_most({later: 1.0, sooner: -(1 + drift)}, 0)
            known.at_most({later: -1.0, sooner: 1 - drift}, 0)
