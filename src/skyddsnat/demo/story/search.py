"""Looks for figures where none may be: in the clear, with point or comma, in two-byte letters, and inside base64 and hex."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

FEWEST_DIGITS = 5
"""Shorter ones are everywhere by chance; the demo's figures have more."""

# The last "+" of each: digits or letters that were taken are not given back, which could not help.
_NUMBER = re.compile(rb"\d{1,9}+[.,]\d{2,6}+")
_WORD = re.compile(rb"[A-Za-z0-9+/_-]{16,}+")
_HEX = re.compile(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def telling(values: Iterable[Decimal | None]) -> frozenset[bytes]:
    """The values that are long enough to be known again, as they are looked for."""
    found = {_spelling(str(value).encode()) for value in values if value is not None}
    return frozenset(one for one in found if len(one) > FEWEST_DIGITS and b"." in one)


@dataclass(slots=True)
class Search:
    """wanted: from `telling`.  What stands between two spaces, and each word in it, is looked at once: logs and traffic repeat
    themselves, and no number has a space."""

    wanted: frozenset[bytes]
    pieces: set[bytes] = field(default_factory=set)
    words: set[bytes] = field(default_factory=set)

    def found_in(self, raw: bytes) -> set[bytes]:
        """Which of them stand in these bytes, in any of the forms, and not in what was looked at before."""
        pieces = _new(raw.split(), self.pieces)
        return {one for form in self._forms(pieces) for one in self._numbers(form)}

    def _numbers(self, form: bytes) -> Iterator[bytes]:
        yield from {_spelling(text) for text in set(_NUMBER.findall(form))} & self.wanted

    def _forms(self, pieces: set[bytes]) -> Iterator[bytes]:
        raw = b"\n".join(pieces)
        yield raw
        yield b"\n".join(piece.replace(b"\0", b"") for piece in pieces if b"\0" in piece)
        words = _new(_WORD.findall(raw), self.words)
        yield b"\n".join(bytes.fromhex(word.decode()) for word in words if _HEX.fullmatch(word))
        others = [word.translate(_TO_STANDARD) for word in words if not _HEX.fullmatch(word)]
        for start in range(4):
            yield b"\n".join(base64.b64decode(word[start : start + (len(word) - start) // 4 * 4]) for word in others)


def _new(pieces: Iterable[bytes], seen: set[bytes]) -> set[bytes]:
    fresh = set(pieces) - seen
    seen |= fresh
    return fresh


def _spelling(text: bytes) -> bytes:
    return text.replace(b",", b".").rstrip(b"0").rstrip(b".")
