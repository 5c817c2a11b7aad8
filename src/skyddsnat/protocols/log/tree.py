"""The Merkle tree of RFC 6962: leaf = SHA-256(0x00 | entry), node = SHA-256(0x01 | left | right).

Whoever keeps a tree keeps its complete subtrees, each under its place, and never changes one.  Every root and every proof is put
together from at most 2 · log2(n) of them, which `Tree` asks for all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from skyddsnat.protocols.log.errors import BadLog

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Place(NamedTuple):
    """A complete subtree: the `position`-th one of 2**level leaves."""

    level: int
    position: int


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: what it takes to append.  edge: the complete subtrees of `size` leaves, from left to right."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, tree: Tree, size: int) -> Frontier:
        """The edge of a kept tree."""
        return cls(size, tree.nodes(_pieces(0, size)))

    def append(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        """Add a leaf hash.  Returns the complete subtrees that came into being, the leaf first."""
        self.edge.append(leaf)
        made = [(Place(0, self.size), leaf)]
        level, rest = 0, self.size
        while rest & 1:
            right, left = self.edge.pop(), self.edge.pop()
            level, rest = level + 1, rest >> 1
            self.edge.append(node_hash(left, right))
            made.append((Place(level, self.size >> level), self.edge[-1]))
        self.size += 1
        return made

    @property
    def root(self) -> bytes:
        """The root of what has been appended."""
        return _fold(self.edge) if self.edge else EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Tree:
    """Roots and proofs from kept nodes.  read: gives the hashes of places, in one go; one that is missing is left out."""

    read: Callable[[Iterable[Place]], Mapping[Place, bytes]]

    def nodes(self, places: Iterable[Place]) -> list[bytes]:
        """The hashes in this order.  Raises BadLog(malformed) when the keeper lacks one."""
        wanted = list(places)
        found = self.read(wanted)
        missing = next((place for place in wanted if place not in found), None)
        if missing is not None:
            raise BadLog(
                "malformed", f"node {missing.position} of level {missing.level} is missing, expected every node"
            )
        return [found[place] for place in wanted]

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return self._hashes([(0, size)])[0] if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1)."""
        if not 0 <= index < size:
            raise BadLog("bad_proof", f"entry {index} of {size} was asked for, expected one below {size}")
        return self._hashes(_inclusion(index, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.1)."""
        if not 0 <= old <= new:
            raise BadLog("bad_proof", f"a proof from {old} to {new} was asked for, expected a rising pair")
        return self._hashes(_consistency(old, new)) if 0 < old < new else []

    def _hashes(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        split = [_pieces(start, end) for start, end in ranges]
        hashes = iter(self.nodes(place for pieces in split for place in pieces))
        return [_fold([next(hashes) for _ in pieces]) for pieces in split]


def _fold(hashes: list[bytes]) -> bytes:
    """Subtrees from left to right, each smaller than the one before, as one."""
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def _pieces(start: int, end: int) -> list[Place]:
    """A range of leaves as complete subtrees, largest first.  `start` is a multiple of the largest of them."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append(Place(level, start >> level))
        start += 1 << level
    return places


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots make the proof, lowest first."""
    ranges, start = [], 0
    while size > 1:
        half = _split(size)
        if index < half:
            ranges.append((start + half, start + size))
            size = half
        else:
            ranges.append((start, start + half))
            index, start, size = index - half, start + half, size - half
    return ranges[::-1]


def _consistency(old: int, new: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots make the proof, lowest first."""
    ranges, start, size, whole = [], 0, new, True
    while old < size:
        half = _split(size)
        if old <= half:
            ranges.append((start + half, start + size))
            size = half
        else:
            ranges.append((start, start + half))
            old, start, size, whole = old - half, start + half, size - half, False
    if not whole:
        ranges.append((start, start + size))
    return ranges[::-1]
