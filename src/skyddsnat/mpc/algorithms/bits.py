"""Compares numbers whose bits are shared.  Members share them, proved; so no random bits are needed, and nothing is masked."""

from __future__ import annotations

import numpy as np

from skyddsnat.mpc.engine import Array, Engine, multiply, product
from skyddsnat.protocols.benchmark.field import P


async def compare(engine: Engine, left: Array, right: Array) -> tuple[Array, Array]:
    """Whether left < right and whether left = right, 0 or 1 each.  Last axis: bits, little-endian.  3 L - 2 multiplications."""
    both = await multiply(engine, left, right)
    less, equal = (right - both) % P, (1 - left - right + 2 * both) % P
    while (width := less.shape[-1]) > 1:
        even = width - width % 2
        pairs = np.stack((less[..., 0:even:2], equal[..., 0:even:2]))
        merged = await multiply(engine, equal[..., 1:even:2], pairs)
        less = np.concatenate(((less[..., 1:even:2] + merged[0]) % P, less[..., even:]), axis=-1)
        equal = np.concatenate((merged[1], equal[..., even:]), axis=-1)
    return less[..., 0], equal[..., 0]


async def same(engine: Engine, left: Array, right: Array) -> Array:
    """Whether left = right, 0 or 1.  2 L - 1 multiplications."""
    both = await multiply(engine, left, right)
    return await product(engine, (1 - left - right + 2 * both) % P)


def number(bits: Array) -> Array:
    """The number behind the bits of the last axis."""
    weights = np.array([1 << place for place in range(bits.shape[-1])], dtype=object)
    total: Array = bits @ weights % P
    return total
