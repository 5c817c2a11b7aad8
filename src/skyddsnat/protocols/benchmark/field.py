"""The field of the shares, GF(2^89 - 1), and what anyone can do with three output shares: put together, and test the line.

Party i (0, 1, 2) holds f(i + 1) of a line f(x) = value + slope x.  Any two points give the value; the third is the test: whoever
posts a wrong share is seen, though not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from skyddsnat.protocols.benchmark.errors import BadRound

P: Final = 2**89 - 1
WIDTH: Final = 12
"""Bytes of an element, little-endian."""


def to_bytes(elements: Sequence[int]) -> bytes:
    """WIDTH bytes an element."""
    return b"".join(element.to_bytes(WIDTH, "little") for element in elements)


def from_bytes(raw: bytes) -> list[int]:
    """Elements of the field.  Raises BadRound(malformed | not_in_field)."""
    if len(raw) % WIDTH:
        raise BadRound("malformed", f"{len(raw)} bytes of shares, expected a multiple of {WIDTH}")
    elements = [int.from_bytes(raw[at : at + WIDTH], "little") for at in range(0, len(raw), WIDTH)]
    if any(element >= P for element in elements):
        raise BadRound("not_in_field", "a share is no element of the field")
    return elements


def on_a_line(shares: Sequence[int]) -> bool:
    """Whether three shares, of parties 0, 1 and 2, are points of one line."""
    first, second, third = shares
    return (first - 2 * second + third) % P == 0


def put_together(shares: Sequence[int]) -> int:
    """The value behind three shares.  Raises BadRound(not_on_a_line)."""
    if not on_a_line(shares):
        raise BadRound("not_on_a_line", "the three parties' shares do not fit together")
    return (2 * shares[0] - shares[1]) % P
