"""Order by counting: how many have each code.  No member is compared with another; the cost is members x codes.

The cheapest way on a grid of some tens of codes, as most of the catalogue's are once coarsened, and in large groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skyddsnat.mpc.algorithms.ordering import weights
from skyddsnat.mpc.algorithms.small import look_up
from skyddsnat.mpc.engine import Array, Engine, multiply
from skyddsnat.policy.benchmark.disclosure import Point
from skyddsnat.protocols.benchmark.field import P


class Counting:
    """hot: (items, members, codes), 1 at a member's code.  running: (items, codes), how many have that code or less."""

    def __init__(self, engine: Engine, hot: Array, members: Sequence[int]) -> None:
        self._engine, self._hot, self._members = engine, hot, members
        self._running: Array = hot.sum(axis=1).cumsum(axis=-1) % P

    @classmethod
    async def of(cls, engine: Engine, bits: Array, present: Array, members: Sequence[int], *, codes: int) -> Counting:
        """bits: (items, members, L).  present: (items, members).  members: present ones by item (opened).  codes: how many."""
        hot = present[..., np.newaxis]
        for place in range(bits.shape[-1]):
            width = min(hot.shape[-1], codes - hot.shape[-1])
            if width <= 0:
                break
            upper = await multiply(engine, hot[..., :width], bits[..., place : place + 1])
            lower = hot.copy()
            lower[..., :width] = (lower[..., :width] - upper) % P
            hot = np.concatenate((lower, upper), axis=-1)
        return cls(engine, hot, members)

    async def points(self, rows: Sequence[int], wanted: Sequence[Sequence[Point]]) -> Array:
        """The code at a position is how many codes have not more members up to them than the position says."""
        size = self._hot.shape[1] + 1
        by_position = weights(wanted, size)
        tables = by_position[..., ::-1].cumsum(axis=-1)[
            ..., ::-1
        ]  # a running count c answers to every position from c on
        return await look_up(self._engine, self._running[list(rows)], tables, total=True)

    async def standings(self, rows: Sequence[int]) -> Array:
        chosen = list(rows)
        hot, running = self._hot[chosen], self._running[chosen]
        members = np.array([self._members[row] for row in chosen], dtype=object)[:, np.newaxis]
        less = np.concatenate((np.zeros_like(running[:, :1]), running[:, :-1]), axis=-1)
        by_code = (less - (members - running)) % P
        return await self._engine.reshare((hot * by_code[:, np.newaxis]).sum(axis=-1) % P)
