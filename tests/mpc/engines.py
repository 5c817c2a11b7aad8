"""Two engines beside the real one: numbers in the clear, fast enough for thousands of rounds; and three parties with shares."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skyddsnat.mpc import shares
from skyddsnat.mpc.engine import Array, Engine, array
from skyddsnat.protocols.benchmark.field import P, put_together


def _signed(number: int) -> int:
    return number - P if number > P // 2 else number


def _within(numbers: Iterable[int], bits: int) -> list[int]:
    """As signed numbers; the real engine's answer means nothing outside these bounds."""
    signed = [_signed(int(number) % P) for number in numbers]
    assert bits <= 47
    assert all(-(2 ** (bits - 1)) <= number < 2 ** (bits - 1) for number in signed)
    return signed


@dataclass
class Clear:
    """All three parties are one, and a share is the number itself.  Counts what the real one would send."""

    party: int = 0
    reshared: int = 0
    rounds: int = 0

    async def reshare(self, products: Array) -> Array:
        self.reshared += products.size
        self.rounds += 1
        return products

    async def post(self, message: Any) -> list[Any]:
        self.rounds += 1
        return [message] * 3

    def random(self, count: int) -> Array:
        return array([random.randrange(P) for _ in range(count)])

    def zeros(self, count: int) -> Array:
        return array([0] * count)

    async def negative(self, numbers: Array, *, bits: int) -> Array:
        return array([int(n < 0) for n in _within(numbers.flat, bits)]).reshape(numbers.shape)

    async def is_zero(self, numbers: Array, *, bits: int) -> Array:
        return array([int(n == 0) for n in _within(numbers.flat, bits)]).reshape(numbers.shape)


@dataclass
class Table:
    """Where the three meet.  lie: may change what a party says, for planted cheaters among the parties."""

    lie: Callable[[int, Any], Any] = lambda party, message: message
    _said: dict[int, dict[int, Any]] = field(default_factory=dict)
    _whole: dict[int, asyncio.Event] = field(default_factory=dict)

    async def say(self, turn: int, party: int, message: Any) -> list[Any]:
        said = self._said.setdefault(turn, {})
        said[party] = message
        whole = self._whole.setdefault(turn, asyncio.Event())
        if len(said) == shares.PARTIES:
            whole.set()
        await whole.wait()
        return [said[each] for each in range(shares.PARTIES)]


class Seat:
    """One of three parties with real shares.  Comparisons are done in the open at the table; multiplications are not."""

    def __init__(self, table: Table, party: int) -> None:
        self.party, self._table, self._turn, self._dice = party, table, 0, random.Random(7)

    async def _say(self, message: Any) -> list[Any]:
        self._turn += 1
        return await self._table.say(self._turn, self.party, message)

    async def reshare(self, products: Array) -> Array:
        dealt = shares.split([int(n) % P for n in products.flat])
        got = await self._say(dealt)
        mine = [array(each[self.party]) for each in got]
        return ((3 * mine[0] - 3 * mine[1] + mine[2]) % P).reshape(products.shape)

    async def post(self, message: Any) -> list[Any]:
        return await self._say(self._table.lie(self.party, message))

    def _polynomials(self, count: int, constant: bool) -> Array:
        """Points of random polynomials: of a line with a random value, or of a parabola through 0."""
        drawn = [(self._dice.randrange(P), self._dice.randrange(P)) for _ in range(count)]
        x = self.party + 1
        return array([(a + b * x if constant else a * x + b * x * x) % P for a, b in drawn])

    def random(self, count: int) -> Array:
        return self._polynomials(count, True)

    def zeros(self, count: int) -> Array:
        return self._polynomials(count, False)

    async def _open(self, numbers: Array, bits: int) -> list[int]:
        said = await self._say([int(n) % P for n in numbers.flat])
        return _within([put_together(each) for each in zip(*said, strict=True)], bits)

    async def negative(self, numbers: Array, *, bits: int) -> Array:
        return await self._deal([int(n < 0) for n in await self._open(numbers, bits)], numbers.shape)

    async def is_zero(self, numbers: Array, *, bits: int) -> Array:
        return await self._deal([int(n == 0) for n in await self._open(numbers, bits)], numbers.shape)

    async def _deal(self, values: list[int], shape: tuple[int, ...]) -> Array:
        slopes = [self._dice.randrange(P) for _ in values]  # all three throw the same dice
        x = self.party + 1
        return array([(value + slope * x) % P for value, slope in zip(values, slopes, strict=True)]).reshape(shape)


def alone[T](act: Callable[[Engine], Awaitable[T]]) -> T:
    """Run something on numbers in the clear."""

    async def run() -> T:
        return await act(Clear())

    return asyncio.run(run())


def together[T](act: Callable[[Engine], Awaitable[T]], *, table: Table | None = None) -> list[T]:
    """Run something at all three parties; what each of them got."""

    async def run() -> list[T]:
        at = table or Table()
        return list(await asyncio.gather(*(act(Seat(at, party)) for party in range(shares.PARTIES))))

    return asyncio.run(run())


def opened(held: list[Array]) -> np.ndarray[Any, Any]:
    """What three parties' arrays hold together; fails unless every number lies on a line."""
    flat = [[int(n) for n in each.flat] for each in held]
    return array([put_together(point) for point in zip(*flat, strict=True)]).reshape(held[0].shape)
