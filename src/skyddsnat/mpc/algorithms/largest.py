"""The two largest of shared amounts, by a knock-out: about 1.5 comparisons a member."""

from __future__ import annotations

import numpy as np

from skyddsnat.mpc.algorithms.bits import compare, number
from skyddsnat.mpc.engine import Array, Engine, multiply
from skyddsnat.protocols.benchmark.field import P


async def two_largest(engine: Engine, bits: Array) -> tuple[Array, Array]:
    """Largest and second largest, (items,) each.  bits: (items, members, L), two members or more."""
    first, second = bits, np.zeros_like(bits)
    while (wires := first.shape[1]) > 1:
        even = wires - wires % 2
        winner, loser, won = await _better(engine, first[:, 0:even:2], first[:, 1:even:2])
        if wires == bits.shape[1]:
            runner_up = loser  # nobody was second to anybody yet
        else:
            seconds = second[:, 0:even:2], second[:, 1:even:2]
            theirs = (seconds[0] + await multiply(engine, won[..., np.newaxis], (seconds[1] - seconds[0]) % P)) % P
            runner_up, _, _ = await _better(engine, theirs, loser)
        first = np.concatenate((winner, first[:, even:]), axis=1)
        second = np.concatenate((runner_up, second[:, even:]), axis=1)
    return number(first[:, 0]), number(second[:, 0])


async def _better(engine: Engine, left: Array, right: Array) -> tuple[Array, Array, Array]:
    """The larger, the smaller, and 1 where the right one is the larger."""
    less, _ = await compare(engine, left, right)
    moved = await multiply(engine, less[..., np.newaxis], (right - left) % P)
    return (left + moved) % P, (right - moved) % P, less
