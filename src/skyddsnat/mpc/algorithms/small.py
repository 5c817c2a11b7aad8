"""Any public function of a shared number in a small public range: the polynomial through its table, evaluated on shares.

Baby steps and giant steps: a table of S rows costs about 2 sqrt(S) multiplications an element, once for all functions of it.
"""

from __future__ import annotations

from functools import cache
from math import isqrt

import numpy as np

from skyddsnat.mpc.engine import Array, Engine, multiply
from skyddsnat.protocols.benchmark.field import P


async def look_up(engine: Engine, numbers: Array, tables: Array, *, total: bool = False) -> Array:
    """Shares of table[number].

    numbers: (items, k), each in [0, size).  tables: (items, functions, size), public.  Returns (items, functions, k), or the sum
    over k, (items, functions), with `total`.
    """
    items, functions, size = tables.shape
    baby = isqrt(size - 1) + 1
    giant = -(-size // baby)
    coefficients = np.zeros((items, functions, giant * baby), dtype=object)
    coefficients[..., :size] = tables @ _basis(size) % P
    powers = await _powers(engine, numbers, baby)
    blocks = coefficients.reshape(items, functions * giant, baby) @ np.moveaxis(powers[:baby], 0, 1) % P
    blocks = blocks.reshape(items, functions, giant, numbers.shape[1])
    if giant == 1:
        found: Array = blocks[:, :, 0].sum(axis=-1) % P if total else blocks[:, :, 0]
        return found
    steps = np.moveaxis(await _powers(engine, powers[baby], giant - 1), 0, 1)
    found = (blocks * steps[:, np.newaxis]).sum(axis=(2, 3) if total else 2) % P
    return await engine.reshare(found)


async def _powers(engine: Engine, base: Array, highest: int) -> Array:
    """Powers 0 to `highest` along a new first axis, in a logarithmic number of rounds."""
    ones = np.ones_like(base)
    powers = np.stack((ones, base))
    while (known := len(powers) - 1) < highest:
        more = min(known, highest - known)
        powers = np.concatenate((powers, await multiply(engine, powers[1 : more + 1], powers[known])))
    return powers


@cache
def _basis(size: int) -> Array:
    """Row k: the coefficients of the polynomial that is 1 at k and 0 at the others of 0 .. size - 1."""
    whole = [1]
    for root in range(size):
        whole = [(up - root * down) % P for up, down in zip([0, *whole], [*whole, 0], strict=True)]
    basis = np.zeros((size, size), dtype=object)
    for point in range(size):
        carried, value, weight = 0, 0, 1
        quotient = [0] * size
        for degree in range(size, 0, -1):  # synthetic division by (x - point)
            carried = (whole[degree] + carried * point) % P
            quotient[degree - 1] = carried
        for coefficient in reversed(quotient):
            value = (value * point + coefficient) % P
        weight = pow(value, -1, P)
        basis[point] = [coefficient * weight % P for coefficient in quotient]
    return basis
