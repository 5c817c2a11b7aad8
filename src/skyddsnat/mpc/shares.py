"""Splits values into three shares: each alone is a uniformly random number, any two give the value.

Shamir's scheme of degree 1 over GF(p): f(x) = value + slope x with a fresh slope for each value; party i (0, 1, 2) gets f(i + 1).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from skyddsnat.protocols.benchmark.field import WIDTH, P

PARTIES: Final = 3

type Bytes = Callable[[int], bytes]
"""So many random bytes; anything but a secret source is for test vectors alone."""

_TOP: Final = (1 << (P.bit_length() % 8)) - 1
_DRAWN: Final = (P.bit_length() + 7) // 8


def split(values: Sequence[int], *, random: Bytes = secrets.token_bytes) -> tuple[list[int], list[int], list[int]]:
    """Shares of each value for parties 0, 1 and 2.  values: elements of the field."""
    slopes = uniform(len(values), random=random)
    first = [(value + slope) % P for value, slope in zip(values, slopes, strict=True)]
    second = [(share + slope) % P for share, slope in zip(first, slopes, strict=True)]
    third = [(share + slope) % P for share, slope in zip(second, slopes, strict=True)]
    return first, second, third


def uniform(count: int, *, random: Bytes = secrets.token_bytes) -> list[int]:
    """Uniformly random elements of the field: what is drawn beyond it is thrown away, never reduced."""
    drawn: list[int] = []
    while len(drawn) < count:
        raw = random(WIDTH * (count - len(drawn)))
        for at in range(0, len(raw), WIDTH):
            number = int.from_bytes(raw[at : at + _DRAWN - 1] + bytes([raw[at + _DRAWN - 1] & _TOP]), "little")
            if number < P:
                drawn.append(number)
    return drawn


def reconstruct(first: int, second: int) -> int:
    """The value behind the shares of parties 0 and 1."""
    return (2 * first - second) % P


def on_a_parabola_through_zero(shares: Iterable[int]) -> bool:
    """Whether three shares of a degree 2 polynomial have the value 0."""
    first, second, third = shares
    return (3 * first - 3 * second + third) % P == 0
