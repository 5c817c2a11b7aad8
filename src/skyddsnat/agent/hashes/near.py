"""PDQ hashes within Hamming distance 31, exactly: no hash is missed and none too far is taken.

Two hashes of 256 bits that differ in at most 31 have, of eight pairs of pieces of sixteen bits, one pair that differs in at most
three bits (four in each would make 32), and in that pair one piece that differs in one bit or none.  So a look at seventeen
values of each piece finds every candidate, the other piece of its pair lies beside it and rules nearly all of them out, and only
the rest are compared whole.  After multi-index hashing (reference/sharing-and-taxii.md § 4.6); the pairs are what spares memory
that is far apart.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

DISTANCE: Final = 31
"""Bits that may differ; the threshold that PDQ's makers give for a match."""

PIECES, VALUES, WORDS = 16, 1 << 16, 4
IN_A_PAIR: Final = DISTANCE // (PIECES // 2)
"""Bits that may differ in the nearest pair."""

QUESTIONS_BEFORE_TABLES: Final = 12
"""About as many comparisons with the whole list cost what its tables do."""

TABLES_FROM: Final = 10_000
"""Hashes below which comparing with all of them is as quick."""

_AT_ONCE: Final = 1 << 16
_PROBES: Final = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)
_LEFT: Final = np.tile(np.array([IN_A_PAIR, *[IN_A_PAIR - 1] * 16], dtype=np.uint8), PIECES)
"""For each piece and probe: how many bits the other piece of the pair may differ in."""


class NearIndex:
    """Answers for one list of hashes."""

    def __init__(self, octets: bytes | memoryview) -> None:
        """octets: all hashes, 32 octets each, one after another; they are not copied."""
        self._words: NDArray[np.uint64] = np.frombuffer(octets, dtype="<u8").reshape(-1, WORDS)
        self._asked = 0
        self._tables: _Tables | None = None

    def near(self, digest: bytes) -> list[tuple[int, int]]:
        """(distance, place) of every hash within the distance, nearest first.  digest: 32 octets."""
        asked: NDArray[np.uint64] = np.frombuffer(digest, dtype="<u8")
        self._asked += 1
        if self._tables is None and len(self._words) >= TABLES_FROM and self._asked > QUESTIONS_BEFORE_TABLES:
            self.build()
        if self._tables is None:
            return self._among_all(asked)
        return _within(self._words, asked, self._tables.candidates(asked.view("<u2")))

    def build(self) -> None:
        """Make the tables now, for many questions to come."""
        self._tables = _Tables(self._words.view("<u2"))

    def _among_all(self, asked: NDArray[np.uint64]) -> list[tuple[int, int]]:
        """Compare with every hash, so many at once that they stay near the processor."""
        found: list[tuple[int, int]] = []
        for first in range(0, len(self._words), _AT_ONCE):
            part = self._words[first : first + _AT_ONCE]
            found += [(distance, first + place) for distance, place in _within(part, asked, np.arange(len(part)))]
        return sorted(found)


def _within(words: NDArray[np.uint64], asked: NDArray[np.uint64], places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Those of the places whose hashes are near enough."""
    distances = np.bitwise_count(words.take(places, axis=0) ^ asked).sum(axis=1, dtype=np.uint16)
    near = distances <= DISTANCE
    return sorted(zip(distances[near].tolist(), places[near].tolist(), strict=True))


class _Tables:
    """For each piece the hashes in order of its value: `places`, the `others` of their pairs, and where each value `starts`."""

    def __init__(self, pieces: NDArray[np.uint16]) -> None:
        """pieces: (hashes, 16)."""
        size = len(pieces)
        places = np.empty((PIECES, size), dtype=np.uint32)
        others = np.empty((PIECES, size), dtype=np.uint16)
        self.starts = np.zeros((PIECES, VALUES + 1), dtype=np.int64)
        columns = np.ascontiguousarray(pieces.T)
        for number, column in enumerate(columns):
            places[number] = np.argsort(column, kind="stable")
            others[number] = columns[number ^ 1].take(places[number])
            np.cumsum(np.bincount(column, minlength=VALUES), out=self.starts[number, 1:])
            self.starts[number] += number * size
        self.places, self.others = places.reshape(-1), others.reshape(-1)

    def candidates(self, asked: NDArray[np.uint16]) -> NDArray[np.intp]:
        """Places of the hashes with a pair that is near enough, each once.  asked: the 16 pieces."""
        pieces = np.arange(PIECES)
        values = (asked[:, None] ^ _PROBES).astype(np.intp)
        first = self.starts[pieces[:, None], values].reshape(-1)
        counts = self.starts[pieces[:, None], values + 1].reshape(-1) - first
        ends = counts.cumsum()
        probe = np.repeat(np.arange(len(counts)), counts)
        slots = np.arange(ends[-1]) + (first - ends + counts).take(probe)
        others = asked.take(pieces ^ 1).repeat(len(_PROBES))
        near = np.bitwise_count(self.others.take(slots) ^ others.take(probe)) <= _LEFT.take(probe)
        return np.unique(self.places.take(slots[near])).astype(np.intp)
