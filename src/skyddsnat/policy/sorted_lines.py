"""Sorted lines of text that follow their changes: what is new costs its own piece, and the rest is shared with the text before.

A digest over a million lines is then one pass of the hash function over pieces that lie ready, and from the first new one on:
where it stood before each piece is kept.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

PIECE = 1_000
"""Lines of a piece when it is cut; twice as many before it is cut again."""


class _Piece(NamedTuple):
    """Some lines that follow each other; first: the least of them."""

    first: str
    text: bytes

    @property
    def lines(self) -> list[str]:
        return self.text.decode().split("\n")


class SortedLines:
    """Lines in order, each once and without a line break.  Never changes."""

    __slots__ = ("_hashed", "_pieces")

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._pieces = tuple(_cut(sorted(lines)))
        self._hashed: dict[str, list[hashlib._Hash]] = {}

    @classmethod
    def of_text(cls, text: bytes) -> SortedLines:
        """The lines of a text in which they stand in order already."""
        made = cls()
        made._pieces = tuple(_cut(text.decode().split("\n"))) if text else ()
        return made

    @property
    def pieces(self) -> Iterator[bytes]:
        """The text, piece by piece; between two of them belongs a line break."""
        return (piece.text for piece in self._pieces)

    @property
    def text(self) -> bytes:
        """The whole text, with no line break at its end."""
        return b"\n".join(self.pieces)

    def sha256(self, *, head: str = "") -> str:
        """Hexadecimal digest of the text.  head: lines that stand before it, "" for none."""
        states = self._hashed.setdefault(head, [hashlib.sha256(head.encode())])
        for piece in self._pieces[len(states) - 1 :]:
            digest = states[-1].copy()
            if head or len(states) > 1:
                digest.update(b"\n")
            digest.update(piece.text)
            states.append(digest)
        return states[-1].hexdigest()

    def starting_with(self, prefix: str) -> list[str]:
        """The lines that begin so, in order."""
        found: list[str] = []
        for piece in self._pieces[self._place(prefix) :]:
            if piece.first > prefix and not piece.first.startswith(prefix):
                break
            found += [line for line in piece.lines if line.startswith(prefix)]
        return found

    def changed(self, *, drop: Iterable[str] = (), add: Iterable[str] = ()) -> SortedLines:
        """The same without some lines and with others, which are not among these."""
        touched: dict[int, tuple[set[str], list[str]]] = {}
        for line in drop:
            touched.setdefault(self._place(line), (set(), []))[0].add(line)
        for line in add:
            touched.setdefault(self._place(line), (set(), []))[1].append(line)
        pieces = list(self._pieces)
        for place in sorted(touched, reverse=True):
            gone, new = touched[place]
            kept = [line for piece in pieces[place : place + 1] for line in piece.lines if line not in gone]
            pieces[place : place + 1] = _cut(sorted(kept + new))
        after, same = SortedLines(), min(touched, default=len(pieces))
        after._pieces = tuple(pieces)
        after._hashed = {head: states[: same + 1] for head, states in self._hashed.items()}
        return after

    def _place(self, line: str) -> int:
        """The piece in which a line stands, or would."""
        return max(0, bisect_right(self._pieces, line, key=lambda piece: piece.first) - 1)


def _cut(lines: Sequence[str]) -> list[_Piece]:
    size = PIECE if len(lines) > 2 * PIECE else max(1, len(lines))
    parts = (lines[start : start + size] for start in range(0, len(lines), size))
    return [_Piece(part[0], "\n".join(part).encode()) for part in parts]
