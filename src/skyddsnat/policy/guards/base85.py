"""Undoes base85 in its three alphabets: RFC 1924, Adobe's Ascii85 and ZeroMQ's Z85."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from skyddsnat.policy.guards.signatures import OPENINGS, TAR_MARK

LOOKED_AT: Final = 510
"""Characters of a run that are decoded: enough for every signature, in whole groups."""

_MARK: Final = slice(TAR_MARK // 4 * 5, TAR_MARK // 4 * 5 + 5)
"""Where the letters stand that hold one byte and the first half of a tar archive's mark."""

_RFC1924: Final = digits + ascii_uppercase + ascii_lowercase + "!#$%&()*+-;<=>?@^_`{|}~"
_TO_RFC1924: Final = str.maketrans(digits + ascii_lowercase + ascii_uppercase + ".-:+=^!/*?&<>()[]{}@%$#", _RFC1924)

# Ascii85 writes four zero bytes as one letter and lets blanks stand anywhere.
_SHORTENED: Final = re.compile(r"[z \t\n\r\v]")
_ALL_ADOBE: Final = re.compile(r"[!-uz \t\n\r\v]*").fullmatch
_AT_LENGTH: Final = str.maketrans({"z": "!!!!!", **dict.fromkeys(" \t\n\r\v")})


def _words_of_tar() -> Iterator[int]:
    """What the five letters before and over the first half of a tar archive's mark may count: any byte, and `ust`."""
    return (before << 24 | int.from_bytes(b"ust") for before in range(256))


def _letters(number: int, letters: str) -> str:
    """The five letters that a number of four bytes is written with."""
    return "".join(letters[number // 85**place % 85] for place in (4, 3, 2, 1, 0))


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """What reads a run, and which of its letters tell that a file may begin there.

    opens: the first two of such a file.  marks: the five where a tar archive has its mark.
    """

    read: Callable[[str], bytes]
    opens: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def of(cls, letters: str, read: Callable[[str], bytes]) -> _Alphabet:
        """letters: by their worth."""
        ends = (opening << 16 | rest for opening in OPENINGS for rest in (0, 0xFFFF))
        return cls(
            read,
            frozenset(_letters(end, letters)[:2] for end in ends),
            frozenset(_letters(word, letters) for word in _words_of_tar()),
        )

    def readings(self, run: str) -> Iterator[bytes]:
        """What the letters say; nothing where they say nothing."""
        with suppress(ValueError, OverflowError, binascii.Error):
            yield self.read(run)

    def may_pass(self, opening: str, mark: str) -> bool:
        """Whether a run with these two and five letters can pass `is_surely_media`: a first look that rules nearly all out."""
        return opening in self.opens or mark in self.marks


def _z85decode(run: str) -> bytes:
    """Python has it since 3.13.  A letter that Z85 does not know is read as RFC 1924 has it."""
    return base64.b85decode(run.translate(_TO_RFC1924))


_RFC: Final = _Alphabet.of(_RFC1924, base64.b85decode)
_ADOBE: Final = _Alphabet.of("".join(map(chr, range(33, 33 + 85))), base64.a85decode)
_ZEROMQ: Final = _Alphabet(_z85decode, _RFC.opens, _RFC.marks)


def decoded_base85(run: str) -> Iterator[bytes]:
    """Readings of a run in each of the alphabets, forwards and backwards."""
    for way in (run, run[::-1]):
        for alphabet in (_RFC, _ADOBE, _ZEROMQ):
            yield from alphabet.readings(way[:LOOKED_AT])


def base85_that_may_begin(run: str) -> Iterator[bytes]:
    """Those of the readings that can pass `is_surely_media`.

    Python reads base85 letter by letter, and hardly any text begins like a file: a few letters tell that.
    """
    for way in (run, run[::-1]):
        head = way[:LOOKED_AT]
        opening, mark = head[:2], head[_MARK]
        if _RFC.may_pass(opening, mark):
            yield from _RFC.readings(head)
        if _may_be_adobe(head):
            yield from _ADOBE.readings(head)
        if _ZEROMQ.may_pass(opening.translate(_TO_RFC1924), mark.translate(_TO_RFC1924)):
            yield from _ZEROMQ.readings(head)


def _may_be_adobe(run: str) -> bool:
    """The same as `may_pass` once what was shortened has its length."""
    if _SHORTENED.search(run):
        if _ALL_ADOBE(run) is None:
            return False
        run = run.translate(_AT_LENGTH)
    return _ADOBE.may_pass(run[:2], run[_MARK])
