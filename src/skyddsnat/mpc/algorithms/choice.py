"""Which algorithm is the cheapest for a group of this size on a grid of this size.  All give the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2, sqrt

from skyddsnat.mpc.algorithms.counting import Counting
from skyddsnat.mpc.algorithms.ordering import Ordering
from skyddsnat.mpc.algorithms.pair import Pairs
from skyddsnat.mpc.algorithms.sort import Sorted, network
from skyddsnat.mpc.engine import Array, Engine

ROUND = 200
"""What a round costs beside its content, in multiplications; shared by all items that are computed at once."""


def costs(members: int, codes: int, *, items: int) -> dict[str, float]:
    """Multiplications an item, by algorithm."""
    bits = codes.bit_length()
    depth, steps = ceil(log2(bits + 1)) + 1, 2 * sqrt(members + 1)
    comparators = sum(len(low) for low, _ in network(members))
    return {
        "counting": codes * (members + steps) + ROUND * (bits + 10) / items,
        "pairs": members * (members - 1) / 2 * (3 * bits + 3) + members * steps + ROUND * (depth + 12) / items,
        "sort": comparators * (4 * bits + 6)
        + members * (2 * bits + 4 * log2(members + 1))
        + ROUND * len(network(members)) * (depth + 3) / items,
    }


def cheapest(members: int, codes: int, *, items: int) -> str:
    """The name of the algorithm."""
    found = costs(members, codes, items=items)
    return min(found, key=lambda name: found[name])


def width(name: str, members: int, codes: int) -> int:
    """Numbers of the largest array that it works on, an item: for not asking too much memory at once."""
    bits = codes.bit_length()
    return {
        "counting": codes * members,
        "pairs": members * (members - 1) * bits,
        "sort": 3 * members * bits,
    }[name]


async def order(
    engine: Engine, bits: Array, present: Array, members: Sequence[int], *, codes: int, name: str
) -> Ordering:
    """bits: (items, members, L).  present: (items, members).  members: present ones by item (opened)."""
    if name == "counting":
        return await Counting.of(engine, bits, present, members, codes=codes)
    if name == "pairs":
        return await Pairs.of(engine, bits, present)
    return await Sorted.of(engine, bits, present, members)
