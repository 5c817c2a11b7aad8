"""No imagery in disguise: the second layer behind a hub that has no field for a picture at all.

The first layer is that there is nowhere to put one (no file fields, bounded text, typed hashes).  This one makes the
remaining way, bytes written as text, useless.  It fails closed on what it cannot read and is honest about its limit:
n characters of free text can always carry something, so the rules aim at what carries a recognisable picture.

Source: security ("No imagery, by capability"); thresholds from its table, changed only where measured (docs/guards.md).
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Sequence
from typing import Final

import orjson

from skyddsnat.policy.guards import runs
from skyddsnat.policy.guards.base85 import decoded_base85
from skyddsnat.policy.guards.decoding import decoded, hidden_hex_starts, hidden_starts, unescaped
from skyddsnat.policy.guards.findings import ImageryFinding, ImageryRule
from skyddsnat.policy.guards.json_imagery import imagery_in_tree
from skyddsnat.policy.guards.markup import has_uuencoded_lines, is_drawn, media_markup
from skyddsnat.policy.guards.signatures import MIN_FILE, is_media, is_surely_media, is_text
from skyddsnat.policy.guards.together import imagery_following, imagery_in_prose, imagery_in_rows

MAX_TEXT: Final = 2_000_000
"""Characters.  A larger import is refused unread."""
MAX_DEPTH: Final = 4
"""How many encodings inside one another are undone."""

_BLANKS: Final = str.maketrans("", "", "\t\r\n")
_ALWAYS_HIDDEN: Final = re.compile("[\ufffd\u2800-\u28ff\U000e0100-\U000e01ef]")
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\U000f0000-\U0010ffff]"
    "|[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]{4}|[\U000e0000-\U000e007f]{8}"
)
_QUOTED_PRINTABLE: Final = re.compile(r"=[0-9A-F]{2}")
_ESCAPED_NEWLINE: Final = re.compile(r"\\[rn]")
_MAX_CHUNK: Final = 400
_MAX_URL: Final = 2000
_LONG_CHUNK: Final = 120
_MAX_OPAQUE: Final = 256
"""Characters of opaque tokens in a whole text; twice as many inside web addresses."""


def find_imagery(text: str) -> ImageryFinding | None:
    """The first reason to take a text for a picture, film or sound in disguise, or None.

    text: decoded as UTF-8 by the caller; anything else has been refused before.  Never raises.  Linear in the
    text's length: every pattern is bounded, and a run is decoded only as far as its signature.
    """
    if len(text) > MAX_TEXT:
        return ImageryFinding(ImageryRule.TOO_LARGE, 0, len(text))
    return _inspected(text, 0)


def find_imagery_in_json(tree: object) -> ImageryFinding | None:
    """The same for a decoded JSON value: a STIX object, a bundle, an import.  Never raises; the span is empty."""
    return imagery_in_tree(tree, find_imagery)


def find_imagery_together(texts: Sequence[str]) -> ImageryFinding | None:
    """The same for free texts that arrive together and may be pieces of one: the notes of a batch, the texts of an object."""
    return imagery_in_prose(texts, find_imagery)


def find_imagery_in_rows(rows: Sequence[tuple[str, str]]) -> ImageryFinding | None:
    """The same for values with their notes that arrive together.

    Lists of names and hashes are random by nature, so of the values only beginnings of media count.
    """
    return imagery_in_rows(rows, find_imagery)


def find_imagery_following(
    earlier: Sequence[tuple[str, str]], rows: Sequence[tuple[str, str]]
) -> ImageryFinding | None:
    """The same for values with their notes that come after others of the same sender, which are given oldest first."""
    return imagery_following(earlier, rows, find_imagery)


def _inspected(text: str, depth: int) -> ImageryFinding | None:
    if depth > MAX_DEPTH:
        return ImageryFinding(ImageryRule.TOO_DEEP, 0, len(text))
    hidden = _hidden(text)
    if hidden:
        return ImageryFinding(ImageryRule.HIDDEN_CHARACTERS, hidden.start(), hidden.end())
    if len(text) <= MIN_FILE:
        return None
    markup = media_markup(text)
    if markup:
        return ImageryFinding(ImageryRule.MEDIA_MARKUP, *markup)
    if is_media(text[:1024].encode("utf-8", "replace")):
        return ImageryFinding(ImageryRule.MEDIA_FILE, 0, len(text))
    return _rows(text, depth) or _runs(text, depth) or _chunks(text) or _wrapped(text, depth) or _whole(text, depth)


def _hidden(text: str) -> re.Match[str] | None:
    """A character that nobody can see or read: control, replacement, braille, private use, or a row of joiners."""
    found = None if text.isascii() else _ALWAYS_HIDDEN.search(text)
    if found is None and not text.translate(_BLANKS).isprintable():
        found = _HIDDEN.search(text)
    return found


def _rows(text: str, depth: int) -> ImageryFinding | None:
    """Bytes written as numbers or escapes, one after the other."""
    for place in runs.NUMERIC.finditer(text):
        start = max(0, place.start() - 1)  # with the character before it, which tells whether a number begins here
        row = runs.SPACED.search(text, start, place.end()) or runs.GROUPED.search(text, start, place.end())
        if row and (row.re is runs.SPACED or _has_hex_letters(row[0])):
            return ImageryFinding(ImageryRule.NUMBER_ROWS, row.start(), row.end())
    if any(text.count(mark) > 11 for mark in runs.ESCAPE_MARKS):
        for row in runs.ESCAPED.finditer(text):
            if _carries(unescaped(row[0]), depth, limit=48):
                return ImageryFinding(ImageryRule.NUMBER_ROWS, row.start(), row.end())
    dump = runs.DUMP_LINE.finditer(text)
    lines = [line for line, _ in zip(dump, range(4), strict=False)]
    if len(lines) > 3:
        return ImageryFinding(ImageryRule.NUMBER_ROWS, lines[0].start(), lines[-1].end())
    return None


def _runs(text: str, depth: int) -> ImageryFinding | None:
    """Hexadecimal and base64 runs as they stand: decoded, then refused when they are too long to be a hash."""
    for run in runs.HEX.finditer(text):
        if len(run[0]) > runs.MAX_HEX or any(_carries(data, depth) for data in decoded(run[0])):
            return ImageryFinding(ImageryRule.ENCODED_BLOCK, run.start(), run.end())
    for run in runs.BASE64.finditer(text):
        if _is_encoded(run[0], depth, wrapped=False):
            return ImageryFinding(ImageryRule.ENCODED_BLOCK, run.start(), run.end())
    return None


def _is_encoded(run: str, depth: int, *, wrapped: bool) -> bool:
    """Whether a run in base64's alphabet is an encoding.  Slugs and paths share the alphabet but not the mixture."""
    mixed = runs.is_opaque(run) or runs.is_base32(run)
    if len(run) > runs.MAX_BASE64:
        solid = not wrapped and max(map(len, re.split(r"[-_/]", run))) > runs.MAX_BASE64 // 2
        return mixed or solid or any(map(is_media, decoded(run)))
    if mixed:
        return any(_carries(data, depth) for data in decoded(run))
    return any(map(is_media, decoded(run)))


def _chunks(text: str) -> ImageryFinding | None:
    """Opaque tokens and unbroken runs, with more room for web addresses, which are long by nature."""
    long_tokens = plain = in_urls = 0
    for chunk in runs.CHUNK.finditer(text):
        if len(chunk[0]) < 8 or (chunk[0].isalpha() and len(chunk[0]) < 48):  # a word
            continue
        where = (chunk.start(), chunk.end())
        url = runs.is_url(chunk[0])
        for token in runs.opaque_tokens(chunk[0]):
            long_tokens += len(token) >= 24 and not url
            plain += 0 if url else len(token)
            in_urls += len(token) if url else 0
            alone = len(token) >= (runs.MAX_BASE64 if url else 88)
            if alone or long_tokens > 5 or plain > _MAX_OPAQUE or in_urls > 2 * _MAX_OPAQUE:
                return ImageryFinding(ImageryRule.OPAQUE_TOKENS, *where)
        if len(chunk[0]) >= _LONG_CHUNK and _is_unbroken(chunk[0], url=url):
            return ImageryFinding(ImageryRule.UNBROKEN_RUN, *where)
        base85_like = len(chunk[0]) >= 60 and not url and runs.odd_share(chunk[0]) > 0.1
        if base85_like and any(map(is_media, decoded_base85(chunk[0]))):
            return ImageryFinding(ImageryRule.ENCODED_MEDIA, *where)
    return None


def _is_unbroken(chunk: str, *, url: bool) -> bool:
    if runs.is_ruled(chunk):
        return False
    escaped = chunk.count("%") + chunk.count("=") >= 60
    odd = runs.odd_share(chunk.replace("[.]", ".").replace("%", ""))
    if url:
        return len(chunk) > _MAX_URL or odd > 0.25 or (escaped and is_text(unescaped(chunk)) is None)
    return escaped or len(chunk) > _MAX_CHUNK or odd > 0.1


def _wrapped(text: str, depth: int) -> ImageryFinding | None:
    """Runs that were broken over lines, quoted, or written as lists of strings."""
    for lines in runs.joined_lines(_ESCAPED_NEWLINE.sub("\n", text)):
        run = "".join(lines)
        if re.fullmatch(r"[0-9A-Fa-f]+", run):
            whole_hashes = all(len(line) in runs.HASH_DIGITS for line in lines)
            if (len(run) > runs.MAX_HEX and not whole_hashes) or any(map(is_media, decoded(run))):
                return ImageryFinding(ImageryRule.ENCODED_BLOCK, 0, len(text))
        elif re.fullmatch(r"[A-Za-z0-9+/_=-]+", run):
            if _is_encoded(run.replace("=", ""), depth, wrapped=True):
                return ImageryFinding(ImageryRule.ENCODED_BLOCK, 0, len(text))
        elif len(run) >= _LONG_CHUNK and _is_dense(lines) and runs.odd_share(run.replace("[.]", ".")) > 0.1:
            return ImageryFinding(ImageryRule.UNBROKEN_RUN, 0, len(text))
    return None


def _is_dense(lines: list[str]) -> bool:
    """Lines as encoders write them: long, but for the first and the last."""
    long = sum(len(line) >= 40 for line in lines)
    return long > 1 and long >= len(lines) - 2


def _whole(text: str, depth: int) -> ImageryFinding | None:
    """What shows only when the text is taken as a whole."""
    whole = (0, len(text))
    flat = _ESCAPED_NEWLINE.sub("", text)
    if any(map(is_media, hidden_starts(flat))) or any(map(is_surely_media, hidden_hex_starts(flat))):
        return ImageryFinding(ImageryRule.ENCODED_MEDIA, *whole)
    if runs.odd_hex_digits(text) > runs.MAX_HEX or has_uuencoded_lines(text):
        return ImageryFinding(ImageryRule.ENCODED_BLOCK, *whole)
    if is_drawn(text):
        return ImageryFinding(ImageryRule.CHARACTER_PICTURE, *whole)
    escapes = len(_QUOTED_PRINTABLE.findall(text))
    if escapes >= 12 and _carries(quopri.decodestring(text.encode("utf-8", "replace")), depth, limit=escapes):
        return ImageryFinding(ImageryRule.ENCODED_MEDIA, *whole)
    return _json(text)


def _json(text: str) -> ImageryFinding | None:
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        tree = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    found = find_imagery_in_json(tree)
    return found and ImageryFinding(found.rule, 0, len(text))


def _carries(data: bytes, depth: int, *, limit: int = 0) -> bool:
    """Whether decoded bytes are media, or text that hides it one level further down.

    limit: bytes from which unreadable data counts as a picture even without a known signature; 0 for never.
    """
    if is_media(data):
        return True
    text = is_text(data)
    if text is None:
        return 0 < limit <= len(data)
    return _inspected(text, depth + 1) is not None


def _has_hex_letters(row: str) -> bool:
    return sum(char in "abcdefABCDEF" for char in row) > len(row) // 8
