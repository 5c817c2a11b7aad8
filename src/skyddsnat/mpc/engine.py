"""What an algorithm asks of the three parties together.  In a party's worker MPyC answers (`runtime`); tests bring others.

An array holds this party's shares: Python integers in [0, p), dtype object.  Sums and products with public numbers are local; the
product of two shared arrays is a local product (of degree 2) that `reshare` makes a sharing of degree 1 again.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from skyddsnat.protocols.benchmark.field import P

type Array = npt.NDArray[np.object_]


class Engine(Protocol):
    """One party's view.  Every party calls the same things in the same order."""

    party: int
    """0, 1 or 2."""

    async def reshare(self, products: Array) -> Array:
        """Shares of degree 1 of the same values as these of degree 2."""

    async def post(self, message: Any) -> list[Any]:
        """Say something (JSON) to the others: what parties 0, 1 and 2 said at this point."""

    def random(self, count: int) -> Array:
        """Shares of uniformly random numbers that nobody knows."""

    def zeros(self, count: int) -> Array:
        """Random shares of degree 2 of the number 0."""

    async def negative(self, numbers: Array, *, bits: int) -> Array:
        """1 where a number is below 0, else 0.  Each must lie in [-2^(bits - 1), 2^(bits - 1)); bits: at most 47."""

    async def is_zero(self, numbers: Array, *, bits: int) -> Array:
        """1 where a number is 0, else 0.  Bounds as for `negative`."""


def array(numbers: Any) -> Array:
    """Numbers, nested as they are, as an array of the field."""
    made: Array = np.array(numbers, dtype=object)
    return made


async def multiply(engine: Engine, left: Array, right: Array) -> Array:
    """Shares of the products, element by element (with broadcasting)."""
    return await engine.reshare(left * right % P)


async def product(engine: Engine, factors: Array) -> Array:
    """Shares of the product over the last axis, in a logarithmic number of rounds."""
    while (width := factors.shape[-1]) > 1:
        even = width - width % 2
        paired = await multiply(engine, factors[..., 0:even:2], factors[..., 1:even:2])
        factors = np.concatenate((paired, factors[..., even:]), axis=-1)
    return factors[..., 0]
