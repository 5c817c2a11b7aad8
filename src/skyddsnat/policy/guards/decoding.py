"""Undoes the usual ways to write bytes as text, far enough to see what they begin with."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from skyddsnat.policy.guards.signatures import BEGINNINGS, OPENINGS, TAR_MARK

LOOKED_AT: Final = 512
"""Characters of a run that are decoded: enough for every signature."""

_ESCAPE: Final = re.compile(r"\\u00([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{1,4});|(?:0x|\\x|%|=|\$|x|#)([0-9A-Fa-f]{2})")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_ENTITY: Final = re.compile(r"&#([0-9]{1,5});")

_SQUEEZED_OUT: Final = str.maketrans("", "", " \t\r\n\v\f\"'`,;>|\\()[]{}\u200b\u00a0")
_DIGITS_OF_32: Final = str.maketrans(ascii_uppercase + "234567", digits + ascii_uppercase[:22])
_ALL_HEX: Final = re.compile(r"[0-9A-Fa-f]+").fullmatch
_ALL_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+").fullmatch
_ALL_BASE32: Final = re.compile(r"(?:[A-Z2-7]+|[a-z2-7]+)").fullmatch
_BASE64_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{54,400}")
_HEX_RUN: Final = re.compile(r"[0-9A-Fa-f]{82,600}")


def _base64_start(signature: bytes) -> str:
    """The characters of base64 that a beginning settles: six bits each."""
    return base64.b64encode(signature).decode("ascii")[: len(signature) * 8 // 6]


_BASE64_STARTS: Final = tuple(
    dict.fromkeys(start for plain in map(_base64_start, BEGINNINGS) for start in (plain, plain.replace("/", "_")))
)
_HEX_STARTS: Final = tuple(dict.fromkeys(beginning.hex() for beginning in BEGINNINGS))


def _base32_start(signature: bytes) -> str:
    """The same in base32: five bits each."""
    return base64.b32encode(signature).decode("ascii")[: len(signature) * 8 // 5]


_BASE32_STARTS: Final = tuple(dict.fromkeys(map(_base32_start, BEGINNINGS)))
_LOWER_STARTS: Final = (*_HEX_STARTS, *(start.lower() for start in _BASE32_STARTS))


def _by_two(starts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The strings by their first two letters: of all of them, few are worth a look at a time."""
    return {two: tuple(start for start in starts if start[:2] == two) for two in {start[:2] for start in starts}}


_BASE64_BY_TWO: Final = _by_two(_BASE64_STARTS)
_LOWER_BY_TWO: Final = _by_two(_LOWER_STARTS)
FIRST_TWO: Final = frozenset(
    pair for start in (*_BASE64_STARTS, *_LOWER_STARTS, *_BASE32_STARTS) for pair in (start[:2], start[:2].upper())
)
"""The first two letters of a text that `encoded_starts`."""


def _opens(letters: str, bits: int) -> frozenset[str]:
    """The first two letters of what may begin a file.  letters: by their worth, so many bits each."""
    both = (opening >> 16 - 2 * bits for opening in OPENINGS)
    return frozenset(letters[one >> bits] + letters[one & (1 << bits) - 1] for one in both)


_OPENS_HEX: Final = _opens(digits + "abcdef", 4)
_OPENS_BASE64: Final = frozenset().union(
    *(_opens(ascii_uppercase + ascii_lowercase + digits + last, 6) for last in ("+/", "-_", "+_", "-/"))
)
_OPENS_BASE32: Final = _opens(ascii_uppercase + "234567", 5)
# What a tar archive's mark settles: six letters of base64, seven of base32.  The mark of one in hexadecimal is not looked at.
_TAR_BASE64: Final = base64.b64encode(b"--ustar--")[3:9].decode("ascii")
_TAR_BASE32: Final = tuple(
    mark.decode("ascii") for whole in [base64.b32encode(b"--ustar---")[4:11]] for mark in (whole, whole.lower())
)


def encoded_starts(text: str) -> bool:
    """Whether a text begins as media does in base64, hexadecimal or base32: a reason to decode it, no proof."""
    two = text[:2]
    if two not in FIRST_TWO:
        return False
    return text.startswith(_BASE64_BY_TWO.get(two, ())) or text[:16].lower().startswith(
        _LOWER_BY_TWO.get(two.lower(), ())
    )


def decoded(run: str) -> Iterator[bytes]:
    """Every reading of an encoded run, forwards and backwards: base64 (either alphabet), hex, base32, base85."""
    bare = run.strip().rstrip("=")
    for way in (bare, bare[::-1]):
        if _ALL_HEX(way):
            yield from _hexadecimal(way)
        if _ALL_BASE64(way):
            yield from _base64(way)
        if _ALL_BASE32(way):
            yield from _base32(way)


def decoded_that_may_begin(run: str) -> Iterator[bytes]:
    """Those of the readings of `decoded` that can pass `is_surely_media`.

    Hardly any text begins like a file: two letters at the beginning, and those where a tar archive has its mark, tell that.
    """
    bare = run.strip().rstrip("=")
    for way in (bare, bare[::-1]):
        opening = way[:2]
        if opening.lower() in _OPENS_HEX and _ALL_HEX(way):
            yield from _hexadecimal(way)
        if (opening in _OPENS_BASE64 or way.startswith(_TAR_BASE64, TAR_MARK * 4 // 3 + 1)) and _ALL_BASE64(way):
            yield from _base64(way)
        if (opening.upper() in _OPENS_BASE32 or way.startswith(_TAR_BASE32, TAR_MARK * 8 // 5 + 1)) and _ALL_BASE32(
            way
        ):
            yield from _base32(way)


def unescaped(run: str) -> bytes:
    """The bytes of a run of escapes: `\\x89`, `%89`, `=89`, `0x89`, `\\u0089`, `&#137;`, `\\211`."""
    octal = _OCTAL.findall(run)
    entities = _ENTITY.findall(run)
    if octal or entities:
        return bytes(number & 0xFF for number in ([int(o, 8) for o in octal] or [int(e) for e in entities]))
    return bytes(int("".join(digits), 16) & 0xFF for digits in _ESCAPE.findall(run))


def escapes_in(text: str) -> int:
    """How many escapes stand in a text: at least as many as the bytes that `unescaped` makes of it, and of its lines."""
    return sum(len(way.findall(text)) for way in (_OCTAL, _ENTITY, _ESCAPE))


def hidden_starts(text: str) -> Iterator[bytes]:
    """Decoded beginnings of base64 after all blanks, quotes and commas are taken out, in both directions.

    Catches runs that were broken into short groups, as no other rule joins pieces within a line.
    """
    squeezed = text.translate(_SQUEEZED_OUT)
    for way in (squeezed, squeezed[::-1]):
        for start in _places(way, _BASE64_STARTS):
            run = _BASE64_RUN.match(way, start)
            if run:
                yield from _base64(run[0])


def hidden_hex_starts(text: str) -> Iterator[bytes]:
    """The same in hexadecimal, where a list of hashes is random by nature: for `is_surely_media` alone."""
    squeezed = text.translate(_SQUEEZED_OUT).lower()
    for lowered in (squeezed, squeezed[::-1]):
        for start in _places(lowered, _HEX_STARTS):
            run = _HEX_RUN.match(lowered, start)
            if run:
                yield bytes.fromhex(run[0][: len(run[0]) & ~1])


def _places(text: str, starts: tuple[str, ...]) -> Iterator[int]:
    """Where any of the strings begins; plain searches are an order of magnitude faster than one pattern of all."""
    for start in starts:
        place = text.find(start)
        while place >= 0:
            yield place
            place = text.find(start, place + 1)


def _hexadecimal(run: str) -> Iterator[bytes]:
    head = run[:LOOKED_AT]
    yield bytes.fromhex(head[: len(head) & ~1])


def _base64(run: str) -> Iterator[bytes]:
    head = run[:LOOKED_AT].replace("-", "+").replace("_", "/")
    usable = len(head) - len(head) % 4
    if usable:
        yield base64.b64decode(head[:usable])


def _base32(run: str) -> Iterator[bytes]:
    head = run[: LOOKED_AT - LOOKED_AT % 8].upper()
    usable = len(head) - len(head) % 8
    if usable:  # Python's own reader goes letter by letter; its numbers of base 32 have other digits
        yield int(head[:usable].translate(_DIGITS_OF_32), 32).to_bytes(usable * 5 // 8)
