"""What can be asked about the order of members' codes, whichever algorithm found it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from skyddsnat.mpc.engine import Array
from skyddsnat.policy.benchmark.disclosure import Point


class Ordering(Protocol):
    """Items x members.  Ties are kept as ties; a member without a value for an item takes part in nothing of it."""

    async def points(self, rows: Sequence[int], wanted: Sequence[Sequence[Point]]) -> Array:
        """Order statistics of some items: (rows, points).  wanted: by row; short rows are filled up with 0."""

    async def standings(self, rows: Sequence[int]) -> Array:
        """How many stand strictly below each member, less how many above: (rows, members).  0 for one without a value."""


def weights(wanted: Sequence[Sequence[Point]], positions: int) -> Array:
    """(rows, points, positions): the weight of each position, from 0, in ascending order."""
    made = np.zeros((len(wanted), max((len(row) for row in wanted), default=0), positions), dtype=object)
    for row, points in enumerate(wanted):
        for column, point in enumerate(points):
            for position, weight in point.weights:
                made[row, column, position] += weight
    return made
