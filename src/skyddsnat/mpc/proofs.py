"""Proves that what members handed in is well formed before anything is computed on it; who cheats is named and left out.

Three things of each member's vector, by random combinations whose weights nobody knew when the vector was made:
  consistent    all shares lie on lines: a masked combination of all of them, posted by all three, lies on a line;
  bits          presence, measured and every bit z is 0 or 1: the combination of z^2 - z is 0;
  range         x is its bits, max - x is its bits, and nothing is measured that is not there: the combination is 0.
The last two are of degree 2 and are posted under a random sharing of 0, so an honest member's vector shows nothing but that 0.
All three parties post their shares and judge them by the same rule, so their verdicts agree.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from skyddsnat.mpc.engine import Array, Engine, array
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.layout import Layout
from skyddsnat.mpc.shares import PARTIES, on_a_parabola_through_zero
from skyddsnat.protocols.benchmark.field import P, on_a_line
from skyddsnat.protocols.benchmark.statement import Fault

COIN: Final = 32
"""Bytes of each party's part of the toss."""

_WEIGHT: Final = 11
"""Bytes of a weight: 88 bits, so a cheat passes with probability 2^-88."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """line: of every number.  bit: of those that must be 0 or 1.  low, room: of each item's two sums.  there: of m - m b."""

    line: Array
    bit: Array
    low: Array
    room: Array
    there: Array


async def check(
    engine: Engine, layout: Layout, vectors: Array, *, context: bytes, coin: bytes | None = None
) -> list[Fault | None]:
    """What is wrong with each member's vector, or None.

    vectors: (members, layout.size).  context: what the toss is for (specification and input root).  coin: this party's part.
    Raises ComputationFailed(output_inconsistent) when a party says what cannot be judged.
    """
    if not len(vectors):
        return []
    seed = await toss(engine, context=context, coin=coin or secrets.token_bytes(COIN))
    posted = await engine.post(_shares(engine, layout, vectors, _weights(layout, seed)))
    return [_judge(each) for each in _transposed(posted, len(vectors))]


async def toss(engine: Engine, *, context: bytes, coin: bytes) -> bytes:
    """32 bytes that no party could choose: each commits to its part before it sees another's.

    Raises ComputationFailed(output_inconsistent) when a party opens what it had not committed to.
    """
    promises = await engine.post(_promise(context, engine.party, coin))
    parts = await engine.post(coin.hex())
    opened = []
    for party, (promise, part) in enumerate(zip(promises, parts, strict=True)):
        try:
            opened.append(bytes.fromhex(part))
        except (TypeError, ValueError):
            raise ComputationFailed("output_inconsistent", f"party {party} tossed no coin") from None
        if promise != _promise(context, party, opened[-1]) or len(opened[-1]) != COIN:
            raise ComputationFailed("output_inconsistent", f"party {party} opened another coin than it had promised")
    return hashlib.sha256(b"skyddsnat/bench/v1/toss\n" + context + b"".join(opened)).digest()


def _promise(context: bytes, party: int, coin: bytes) -> str:
    return hashlib.sha256(b"skyddsnat/bench/v1/promise\n" + context + bytes([party]) + coin).hexdigest()


def _weights(layout: Layout, seed: bytes) -> _Weights:
    items = len(layout.items)
    return _Weights(
        line=_expand(seed, b"line", layout.size),
        bit=_expand(seed, b"bit", layout.size - items),
        low=_expand(seed, b"low", items),
        room=_expand(seed, b"room", items),
        there=_expand(seed, b"there", items),
    )


def _expand(seed: bytes, label: bytes, count: int) -> Array:
    raw = hashlib.shake_256(seed + label).digest(_WEIGHT * count)
    return array([int.from_bytes(raw[at : at + _WEIGHT], "little") for at in range(0, len(raw), _WEIGHT)])


def _shares(engine: Engine, layout: Layout, vectors: Array, weights: _Weights) -> list[list[str]]:
    """This party's three proof shares of each member."""
    members, items = vectors.shape[0], len(layout.items)
    line = vectors @ weights.line + engine.random(members)
    bits = vectors[:, items:]
    zero_or_one = (bits * bits - bits) % P @ weights.bit + engine.zeros(members)
    present, measured = vectors[:, items : 2 * items], vectors[:, 2 * items : 3 * items]
    sums, constant = _range(layout, weights)
    in_range = vectors @ sums + constant + (measured - measured * present) % P @ weights.there + engine.zeros(members)
    return [[str(int(share) % P) for share in row] for row in zip(line, zero_or_one, in_range, strict=True)]


def _range(layout: Layout, weights: _Weights) -> tuple[Array, int]:
    """The combination of x - sum of its bits and of max - x - sum of its bits: weight of each number, and the constant."""
    sums = np.zeros(layout.size, dtype=object)
    constant = 0
    for place, item in enumerate(layout.items):
        low, room = weights.low[place], weights.room[place]
        sums[layout.value(place)] = low - room
        constant += room * item.max
        for bit, (of_low, of_room) in enumerate(zip(layout.value_bits(place), layout.room_bits(place), strict=True)):
            sums[of_low] = -low << bit
            sums[of_room] = -room << bit
    return sums % P, constant % P


def _transposed(posted: Sequence[Any], members: int) -> list[list[tuple[int, ...]]]:
    """By member: the shares of each proof.  Raises ComputationFailed(output_inconsistent)."""
    read = []
    for party, rows in enumerate(posted):
        try:
            proofs = [tuple(int(text) for text in row) for row in rows]
        except (TypeError, ValueError):
            proofs = []
        if len(proofs) != members or any(len(row) != 3 or not all(0 <= n < P for n in row) for row in proofs):
            raise ComputationFailed("output_inconsistent", f"party {party} posted no proof shares")
        read.append(proofs)
    return [list(zip(*(read[party][member] for party in range(PARTIES)), strict=True)) for member in range(members)]


def _judge(proofs: list[tuple[int, ...]]) -> Fault | None:
    line, bits, in_range = proofs
    if not on_a_line(line):
        return Fault.INCONSISTENT
    if not on_a_parabola_through_zero(bits):
        return Fault.NOT_BITS
    return None if on_a_parabola_through_zero(in_range) else Fault.OUT_OF_RANGE
