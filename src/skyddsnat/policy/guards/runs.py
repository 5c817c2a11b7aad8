"""Finds the stretches of a text that no human wrote: encoded runs, rows of bytes, opaque tokens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

HASH_DIGITS: Final = frozenset({32, 40, 64, 96, 128})
"""Hexadecimal lengths of whole hashes: a list of them is not a wrapped picture."""

SHORTEST_BLOCK: Final = 82
MAX_HEX: Final = 280
MAX_BASE64: Final = 200
"""A PhotoDNA-sized value is 192 characters, and belongs in a typed column anyway."""

HEX: Final = re.compile(r"[0-9A-Fa-f]{82,}")
BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{41,}={0,2}")
ESCAPED: Final = re.compile(
    r"(?:(?:0x|\\x|%|=|\$|#)[0-9A-Fa-f]{2}[\s,;:|\"']{0,4}(?:=\r?\n)?){12,}"
    r"|(?:\\[0-7]{3}){12,}"
    r"|(?:\\u00[0-9A-Fa-f]{2}){12,}"
    r"|(?:&\#(?:x[0-9A-Fa-f]{1,4}|[0-9]{1,5});\s{0,2}){12,}"
)
ESCAPE_MARKS: Final = ("0x", "\\", "%", "=", "$", "#")
NUMERIC: Final = re.compile(r"[0-9A-Fa-f\s,;:|.\[\]-]{95,}")
"""Where rows of bytes can stand at all; the patterns below look only there."""
SPACED: Final = re.compile(
    r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[\s,;:|-]{1,4}){47}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])"
    r"|(?<![0-9-])(?:-?[0-9]{1,3}[\s,;|\[\]]{1,6}){47}-?[0-9]{1,3}(?![0-9])"
    r"|(?<![0-9.-])(?:-?[0-9]{1,3}\.[0-9]{1,8}[\s,;|\[\]]{1,6}){47}-?[0-9]{1,3}\.[0-9]"
    r"|(?:[01]{8}[\s,]{0,3}){40}"
    r"|[0-9]{120}"
)
GROUPED: Final = re.compile(
    r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{4}[\s:.-]{1,3}){40}"
    r"|(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{8}[\s:.,-]{1,3}){20}"
    r"|(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{16}[\s:.,-]{1,3}){10}"
)
DUMP_LINE: Final = re.compile(
    r"^\s{0,8}(?:[0-9A-Fa-f]{4,8}:?\s{1,3}(?:[0-9A-Fa-f]{2,4}\s{1,2}){4}|[0-7]{7}(?:\s{1,3}[0-7]{3,6}){4})",
    re.MULTILINE,
)

# Where East Asian writing pauses, so that its prose does not count as one unbroken run.
CHUNK: Final = re.compile(r"[^\s。，、；：！？「」（）؟،।]+")
_URL: Final = re.compile(r"h(?:tt|xx)ps?(?::|\[:\])//", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX_TOKEN: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{20,128}(?![0-9A-Za-z])")
_ODD: Final = re.compile(r"[^\w.,:;/'’\"–-]")
_LINE_HEAD: Final = re.compile(r"^[\s>|#*\"'+(\[]{0,20}")
_LINE_TAIL: Final = re.compile(r"(?:[\s\"'+,;)\]\\]|=$){0,20}$")
_MARK: Final = re.compile(r"[;:,=\"']+")
_CLASSES: Final = bytes(
    1 if 97 <= code <= 122 else 2 if 65 <= code <= 90 else 3 if 48 <= code <= 57 else 0 for code in range(256)
)
_LEAST_SWITCHING: Final = 0.4
"""Changes between small letter, capital and digit, per character: random base64 has 0.64, CamelCase about 0.25."""


def is_url(chunk: str) -> bool:
    """Whether an unbroken run holds a web address, defanged or not, near its beginning (`[text](https://…`)."""
    return _URL.search(chunk, 0, 200) is not None


def is_opaque(run: str) -> bool:
    """Whether a run mixes small letters, capitals and digits as only machines do."""
    classes = run.encode("ascii", "replace").translate(_CLASSES).replace(b"\0", b"")
    if len(classes) < 8 or len(set(classes)) < 3:
        return False
    switches = sum(before != after for before, after in itertools.pairwise(classes))
    return switches >= _LEAST_SWITCHING * len(classes)


def is_base32(run: str) -> bool:
    """Whether a run has base32's alphabet in one case, with digits sprinkled in."""
    bare = run.rstrip("=")
    digits = sum(map(str.isdigit, bare))
    return (
        len(bare) >= 48
        and (bare.isupper() or bare.islower())
        and re.fullmatch(r"[A-Za-z2-7]+", bare) is not None
        and 0.08 * len(bare) <= digits <= 0.4 * len(bare)
    )


def is_ruled(line: str) -> bool:
    """Whether a line is a rule of hyphens, stars or the like."""
    return len(line) > 3 and len(set(line)) <= 3


def odd_share(chunk: str) -> float:
    """Share of characters that are neither letters, digits nor the punctuation of prose and addresses."""
    return len(_ODD.findall(chunk)) / len(chunk)


def opaque_tokens(chunk: str) -> Iterator[str]:
    """Tokens of eight characters or more that only machines write."""
    return (token for token in _TOKEN.findall(chunk) if is_opaque(token) or is_base32(token))


def odd_hex_digits(text: str) -> int:
    """Digits in hexadecimal tokens that have no hash's length, as in a picture cut into numbered lines."""
    return sum(len(token) for token in _HEX_TOKEN.findall(text) if len(token) not in HASH_DIGITS)


def joined_lines(text: str) -> Iterator[list[str]]:
    """Blocks of lines without a blank inside, with quoting and concatenation taken off.

    Undoes MIME wrapping, quoted mail ("> "), string lists and concatenated strings.  A block may begin with the last
    piece of a line of prose and end with the first piece of the next, so each comes as it is, without its first and
    last line, and with each line cut to its longest piece between marks.
    """
    block: list[str] = []
    for line in (*text.splitlines(), ""):
        bare = _LINE_TAIL.sub("", _LINE_HEAD.sub("", line.strip(), count=1), count=1)
        pieces = bare.split() or [""]
        if is_ruled(bare):
            pieces = [""]
        if len(pieces) == 1 and pieces[0] and not is_url(bare):
            block.append(bare)
            continue
        if block:
            yield from _readings([*block, pieces[0]] if pieces[0] else block)
        block = [] if is_url(pieces[-1]) or not pieces[-1] else [pieces[-1]]


def _readings(block: list[str]) -> Iterator[list[str]]:
    if len(block) < 2 or sum(map(len, block)) < SHORTEST_BLOCK:
        return
    yield block
    if len(block) > 3:
        yield block[1:-1]
    longest = [max(_MARK.split(line), key=len) for line in block]
    width = max(map(len, longest)) // 3
    yield [piece for number, piece in enumerate(longest) if len(piece) >= width or number == len(longest) - 1]
