"""Order by a sorting network (Batcher's odd-even merge), for large groups on fine grids.

Forwards with the bits of what was swapped, then backwards with the places: each member's own falls out with no more comparisons.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from skyddsnat.mpc.algorithms.bits import compare, number, same
from skyddsnat.mpc.algorithms.ordering import weights
from skyddsnat.mpc.engine import Array, Engine, multiply
from skyddsnat.policy.benchmark.disclosure import Point
from skyddsnat.protocols.benchmark.field import P

type Layer = tuple[tuple[int, ...], tuple[int, ...]]


@cache
def network(wires: int) -> tuple[Layer, ...]:
    """Batcher's network: layers of comparators (lower wires, upper wires) that touch no wire twice."""
    layers: list[Layer] = []
    block = 1
    while block < wires:
        step = block
        while step:
            low = [
                i + j
                for j in range(step % block, wires - step, 2 * step)
                for i in range(min(step, wires - j - step))
                if (i + j) // (2 * block) == (i + j + step) // (2 * block)
            ]
            layers.append((tuple(low), tuple(wire + step for wire in low)))
            step //= 2
        block *= 2
    return tuple(layers)


class Sorted:
    """keys: (items, wires, L + 1), ascending; the top bit says that nobody is there.  swaps: by layer, (items, comparators)."""

    def __init__(self, engine: Engine, keys: Array, swaps: list[Array], members: Sequence[int]) -> None:
        self._engine, self._keys, self._swaps = engine, keys, swaps
        self._members = np.array(members, dtype=int)

    @classmethod
    async def of(cls, engine: Engine, bits: Array, present: Array, members: Sequence[int]) -> Sorted:
        """bits: (items, members, L).  present: (items, members).  members: present ones by item (opened)."""
        keys = np.concatenate((bits, (1 - present[..., np.newaxis]) % P), axis=-1)
        swaps = []
        for low, high in network(keys.shape[1]):
            first, second = keys[:, low], keys[:, high]
            swap, _ = await compare(engine, second, first)
            moved = await multiply(engine, swap[..., np.newaxis], (second - first) % P)
            keys[:, low], keys[:, high] = (first + moved) % P, (second - moved) % P
            swaps.append(swap)
        return cls(engine, keys, swaps, members)

    async def points(self, rows: Sequence[int], wanted: Sequence[Sequence[Point]]) -> Array:
        values = number(self._keys[list(rows), :, :-1])
        found: Array = (weights(wanted, values.shape[1]) @ values[..., np.newaxis])[..., 0] % P
        return found

    async def standings(self, rows: Sequence[int]) -> Array:
        chosen = list(rows)
        keys, members = self._keys[chosen], self._members[chosen][:, np.newaxis]
        wires = np.arange(keys.shape[1])
        equal = await same(self._engine, keys[:, :-1], keys[:, 1:]) * (wires[1:] < members)
        before = await _runs(self._engine, equal)
        after = (await _runs(self._engine, equal[:, ::-1]))[:, ::-1]
        standing = (wires - before) - (members - 1 - wires - after)
        return await self._home(standing * (wires < members).astype(int).astype(object) % P, chosen)

    async def _home(self, carried: Array, rows: list[int]) -> Array:
        """Carry what stands at the sorted wires back to the members whose values came to stand there."""
        for (low, high), swap in zip(reversed(network(carried.shape[1])), reversed(self._swaps), strict=True):
            first, second = carried[:, low], carried[:, high]
            moved = await multiply(self._engine, swap[rows], (second - first) % P)
            carried[:, low], carried[:, high] = (first + moved) % P, (second - moved) % P
        return carried


async def _runs(engine: Engine, equal: Array) -> Array:
    """By wire: how many wires right before it hold the same.  equal: (items, wires - 1), whether a wire equals the next."""
    items = len(equal)
    chain = np.concatenate((np.zeros((items, 1), dtype=object), equal), axis=1)
    length, reach = chain, 1
    while reach < chain.shape[1]:
        shifted = [
            np.concatenate((np.zeros((items, reach), dtype=object), each[:, :-reach]), axis=1)
            for each in (length, chain)
        ]
        more, chain = await multiply(engine, chain, np.stack(shifted))
        length, reach = (length + more) % P, 2 * reach
    return length
