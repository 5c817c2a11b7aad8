"""Undoes the usual ways to write bytes as text, far enough to see what they begin with."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from skyddsnat.policy.guards.signatures import BEGINNINGS, TAR_MARK, may_be, may_begin

LOOKED_AT: Final = 512
"""Characters of a run that are decoded: enough for every signature."""

_TAR_IN_BASE32: Final = TAR_MARK * 8 // 5
"""Letters of base32 before the mark of a tar archive."""

_ESCAPE: Final = re.compile(r"\\u00([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{1,4});|(?:0x|\\x|%|=|\$|x|#)([0-9A-Fa-f]{2})")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_ENTITY: Final = re.compile(r"&#([0-9]{1,5});")

_SQUEEZED_OUT: Final = str.maketrans("", "", " \t\r\n\v\f\"'`,;>|\\()[]{}\u200b\u00a0")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_Z85: Final = str.maketrans(
    _DIGITS + ".-:+=^!/*?&<>()[]{}@%$#",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + "!#$%&()*+-;<=>?@^_`{|}~",
)
_LETTERS: Final = ascii_uppercase + ascii_lowercase
_WORTH: Final[dict[Callable[[str], bytes], dict[str, int]]] = {
    base64.b85decode: {letter: worth for worth, letter in enumerate(digits + _LETTERS + "!#$%&()*+-;<=>?@^_`{|}~")},
    base64.a85decode: {chr(33 + worth): worth for worth in range(85)},
}
"""What a letter of base85 counts, by who reads it."""
_UST: Final = int.from_bytes(b"ust")
"""How a tar archive's mark begins, which stands behind one byte of its word."""
_MOVES: Final = frozenset("zy \t\n\r\v")
"""Letters that Ascii85 reads as four bytes or not at all."""
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
_FIRST_TWO: Final = frozenset(
    pair for start in (*_BASE64_STARTS, *_LOWER_STARTS, *_BASE32_STARTS) for pair in (start[:2], start[:2].upper())
)


def encoded_starts(text: str) -> bool:
    """Whether a text begins as media does in base64, hexadecimal or base32: a reason to decode it, no proof."""
    if text[:2] not in _FIRST_TWO:
        return False
    return text.startswith(_BASE64_STARTS) or text[:16].lower().startswith(_LOWER_STARTS)


def decoded(run: str) -> Iterator[bytes]:
    """Every reading of an encoded run, forwards and backwards: base64 (either alphabet), hex, base32, base85."""
    bare = run.strip().rstrip("=")
    for way in (bare, bare[::-1]):
        if _ALL_HEX(way):
            yield bytes.fromhex(way[: LOOKED_AT & ~1][: len(way) & ~1])
        if _ALL_BASE64(way):
            yield from _base64(way)
        if _ALL_BASE32(way):
            yield from _base32(way)


def decoded_that_may_begin(run: str) -> Iterator[bytes]:
    """Those of the readings of `decoded` that can pass `is_surely_media`.

    Python reads base32 letter by letter: to read the first eight of them, which make five bytes, tells nearly always enough.
    """
    bare = run.strip().rstrip("=")
    for way in (bare, bare[::-1]):
        readings: list[bytes] = []
        if _ALL_HEX(way):
            readings.append(bytes.fromhex(way[: LOOKED_AT & ~1][: len(way) & ~1]))
        if _ALL_BASE64(way):
            readings += _base64(way)
        if _ALL_BASE32(way) and (len(way) > _TAR_IN_BASE32 or any(map(may_begin, _base32(way[:8])))):
            readings += _base32(way)
        yield from filter(may_be, readings)


def decoded_base85(run: str) -> Iterator[bytes]:
    """Readings of a run as base85 in its three alphabets (RFC 1924, Adobe, ZeroMQ), forwards and backwards."""
    for way in (run, run[::-1]):
        for alphabet, read in _base85_of(way):
            try:
                yield read(alphabet)
            except (ValueError, OverflowError, binascii.Error):
                continue


def base85_that_may_begin(run: str) -> Iterator[bytes]:
    """Those of the readings as base85 that can pass `is_surely_media`, by four bytes at their beginning, or a tar's mark.

    Python reads base85 letter by letter, and hardly any text begins like a file: to read five letters first takes a hundredth.
    """
    for way in (run, run[::-1]):
        for alphabet, read in _base85_of(way):
            try:
                if _may_pass(alphabet, read):
                    yield read(alphabet)
            except (ValueError, OverflowError, binascii.Error):
                continue


def _base85_of(way: str) -> tuple[tuple[str, Callable[[str], bytes]], ...]:
    head = way[: LOOKED_AT - LOOKED_AT % 5]
    return (head, base64.b85decode), (head, base64.a85decode), (_of_z85(head), base64.b85decode)


def _moves(head: str, read: Callable[[str], bytes]) -> bool:
    """Whether letters stand there that are not five for four bytes: the fifteenth is then not the end of the third group."""
    return read is base64.a85decode and not _MOVES.isdisjoint(head)


def _may_pass(head: str, read: Callable[[str], bytes]) -> bool:
    if _moves(head, read) or _starts85(head, read):
        return True
    if len(head) <= 320 or _word(head[320:325], read) & 0xFFFFFF != _UST:
        return False
    return read(head[320:330])[1:6] == b"ustar"


def _starts85(head: str, read: Callable[[str], bytes]) -> bool:
    """Whether the first five letters make four bytes that a file may begin with."""
    word = _word(head[:5], read)
    return word >= 0 and may_begin(word.to_bytes(4))


def _word(letters: str, read: Callable[[str], bytes]) -> int:
    """The four bytes that five letters make, as a number; -1 where they make none."""
    worth, number = _WORTH[read], 0
    for letter in letters:
        if letter not in worth:
            return -1
        number = number * 85 + worth[letter]
    return number if number < 1 << 32 else -1


def _of_z85(run: str) -> str:
    """ZeroMQ's alphabet in Python's (base64.z85decode came with Python 3.13)."""
    return run.translate(_Z85)


def unescaped(run: str) -> bytes:
    """The bytes of a run of escapes: `\\x89`, `%89`, `=89`, `0x89`, `\\u0089`, `&#137;`, `\\211`."""
    octal = _OCTAL.findall(run)
    entities = _ENTITY.findall(run)
    if octal or entities:
        return bytes(number & 0xFF for number in ([int(o, 8) for o in octal] or [int(e) for e in entities]))
    return bytes(int("".join(digits), 16) & 0xFF for digits in _ESCAPE.findall(run))


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


def _base64(run: str) -> Iterator[bytes]:
    head = run[:LOOKED_AT].replace("-", "+").replace("_", "/")
    usable = len(head) - len(head) % 4
    if usable:
        yield base64.b64decode(head[:usable])


def _base32(run: str) -> Iterator[bytes]:
    head = run[: LOOKED_AT - LOOKED_AT % 8].upper()
    usable = len(head) - len(head) % 8
    if usable:
        yield base64.b32decode(head[:usable])
