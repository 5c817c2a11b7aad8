"""Order by comparing every pair once: few rounds, for small groups on fine grids."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from skyddsnat.mpc.algorithms.bits import compare, number
from skyddsnat.mpc.algorithms.ordering import weights
from skyddsnat.mpc.algorithms.small import look_up
from skyddsnat.mpc.engine import Array, Engine, multiply
from skyddsnat.policy.benchmark.disclosure import Point
from skyddsnat.protocols.benchmark.field import P


class Pairs:
    """standing: below less above, (items, members).  rank: 0 .. n - 1 among those present, ties by list order; n for others."""

    def __init__(self, engine: Engine, values: Array, standing: Array, rank: Array) -> None:
        self._engine, self._values, self._standing, self._rank = engine, values, standing, rank

    @classmethod
    async def of(cls, engine: Engine, bits: Array, present: Array) -> Pairs:
        """bits: (items, members, L).  present: (items, members)."""
        members = present.shape[1]
        pairs = list(combinations(range(members), 2))
        left, right = ([pair[side] for pair in pairs] for side in (0, 1))
        less, equal = await compare(engine, bits[:, left], bits[:, right])
        both = await multiply(engine, present[:, left], present[:, right])
        less, equal = await multiply(engine, np.stack((less, equal)), both)
        more = (both - less - equal) % P
        below, above, before = (np.zeros_like(present) for _ in range(3))
        for column, (i, j) in enumerate(pairs):
            below[:, i] += more[:, column]
            above[:, i] += less[:, column]
            below[:, j] += less[:, column]
            above[:, j] += more[:, column]
            before[:, j] += equal[:, column]
        nowhere = (1 - present) * members
        return cls(engine, number(bits), (below - above) % P, (below + before + nowhere) % P)

    async def points(self, rows: Sequence[int], wanted: Sequence[Sequence[Point]]) -> Array:
        chosen = list(rows)
        found = await look_up(self._engine, self._rank[chosen], weights(wanted, self._rank.shape[1] + 1))
        return await self._engine.reshare((found * self._values[chosen][:, np.newaxis]).sum(axis=-1) % P)

    async def standings(self, rows: Sequence[int]) -> Array:
        return self._standing[list(rows)]
