"""Texts that arrive together: the cells of a row, the rows of a file, the objects of an envelope, the lines of a paste.

Each may pass alone and still be a piece of a picture.  They are put together as whoever cut it would, in order and in reverse,
and looked at where a piece begins.  What arrives one after the other is read after what came before it.  What is masked,
shuffled, or parted by more than is read back is not found (docs/guards.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from skyddsnat.policy.guards.base85 import base85_that_may_begin
from skyddsnat.policy.guards.decoding import (
    FIRST_TWO,
    decoded,
    decoded_that_may_begin,
    encoded_starts,
    escapes_in,
    unescaped,
)
from skyddsnat.policy.guards.findings import ImageryFinding, ImageryRule
from skyddsnat.policy.guards.signatures import BEGINNINGS, TAR_MARK, is_surely_media, may_begin

MOST_TEXTS: Final = 200_000
WINDOW: Final = 4_000
"""Characters of free text that are read as one, in steps of half of it."""
HEAD: Final = 640
"""Characters from the beginning of a piece that are decoded: a multiple of every encoding's group."""
PIECES: Final = 16
"""Pieces that are decoded one by one."""
LONGEST_START: Final = 32
SHORTEST: Final = 50
"""Characters of code that hold the smallest file that counts, in the densest alphabet."""

NEAR: Final = 3
"""How far texts that arrive are read back at first, so that what stands before a piece by chance does not hide its shape."""
TO_COME: Final = 12
"""Texts of the like that are thought to follow: a beginning is told by itself, not only with what comes next."""

_SHAPE: Final = str.maketrans(
    {**dict.fromkeys(ascii_lowercase, "d"), **dict.fromkeys(ascii_uppercase, "D"), **dict.fromkeys(digits, "3")}
)
"""No two of them begin a file in any encoding; `aa`, in base32, would: each such text would be decoded for nothing."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_=-]+")
_NOT_CODE: Final = re.compile(r"[^A-Za-z0-9+/_=-]+")
_NOT_CODE_IN_LINES: Final = re.compile(r"[^A-Za-z0-9+/_=\n-]+")
_OF_NAMES: Final = ascii_lowercase + ascii_uppercase + digits + "+_-"
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,3}(?![0-9A-Za-z])")

type Guard = Callable[[str], ImageryFinding | None]
type Reader = Callable[[str], list[bytes]]


def imagery_in_pieces(texts: Sequence[str]) -> ImageryFinding | None:
    """Whether texts that each passed make media when put together.  Never raises.

    Linear: each text is cut, joined and searched a fixed number of times, and decoded only where a file could begin.
    """
    texts = [text for text in texts if text]
    if len(set(texts)) < 2:
        return None
    if len(texts) > MOST_TEXTS:
        return ImageryFinding(ImageryRule.TOO_LARGE, 0, 0)
    tried: list[list[str]] = []
    read = cache(_read)  # for this call alone: what strangers write is not kept
    for pieces in _cuts(texts):
        if pieces not in tried and sum(map(len, pieces)) >= SHORTEST and _begins_media(pieces, read):
            return ImageryFinding(ImageryRule.SPLIT_MEDIA, 0, 0)
        tried.append(pieces)
    return ImageryFinding(ImageryRule.SPLIT_MEDIA, 0, 0) if _is_bytes(texts) else None


def imagery_in_rows(rows: Sequence[tuple[str, str]], guard: Guard) -> ImageryFinding | None:
    """The same for rows of a value and a note: down each column, and across from cell to cell."""
    values = [value for value, _ in rows]
    notes = [note for _, note in rows]
    across = list(chain.from_iterable(rows)) if any(values) and any(notes) else []
    return imagery_in_pieces(values) or imagery_in_prose(notes, guard) or imagery_in_pieces(across)


def imagery_following(
    earlier: Sequence[tuple[str, str]], rows: Sequence[tuple[str, str]], guard: Guard
) -> ImageryFinding | None:
    """The same for rows that continue what came before them, oldest first.  guard: `find_imagery`, for the notes.

    It must be these rows that make a file: whoever writes after a piece that got in is not stopped for it.
    """
    if not rows:
        return None
    others = [(_shape(value), _shape(note)) for value, note in rows]
    before, now = _last_notes(earlier), _last_notes([*earlier, *rows])
    if (_continues(earlier, rows) and not _continues(earlier, others)) or (now and guard(now) and not guard(before)):
        return ImageryFinding(ImageryRule.SPLIT_MEDIA, 0, 0)
    return None


def _continues(earlier: Sequence[tuple[str, str]], rows: Sequence[tuple[str, str]]) -> bool:
    """Whether media begins in the last few texts as they end here, or in all of them with more of the like to come."""
    value, note = rows[-1]
    more = [(_shape(value), _shape(note))] * TO_COME
    for read in ([*earlier[-NEAR:], *rows], [*earlier, *rows, *more]):
        values, notes = [one for one, _ in read], [one for _, one in read]
        across = list(chain.from_iterable(read)) if any(values) and any(notes) else []
        if any(map(imagery_in_pieces, (values, notes, across))):
            return True
    return False


def _last_notes(rows: Sequence[tuple[str, str]]) -> str:
    """The end of the notes as one text."""
    return "\n".join(dict.fromkeys(note for _, note in rows if note))[-WINDOW:]


def _shape(text: str) -> str:
    """A text of the same build that holds nothing, in letters and digits that every encoding knows."""
    return text.translate(_SHAPE)


def imagery_in_prose(texts: Sequence[str], guard: Guard) -> ImageryFinding | None:
    """The same for free texts, which the guard itself then reads some thousand characters at a time, each text once.

    guard: `find_imagery`.
    """
    found = imagery_in_pieces(texts)
    distinct = list(dict.fromkeys(text for text in texts if text))
    if found is None and len(distinct) > 1 and any(map(guard, _windows(distinct))):
        found = ImageryFinding(ImageryRule.SPLIT_MEDIA, 0, 0)
    return found


def _cuts(texts: Sequence[str]) -> Iterator[list[str]]:
    """The ways to take a piece out of each text: all of it, what sets it apart, its longest word, its path or its end."""
    yield list(texts)
    bare = _without_frame(texts)
    if bare != texts:
        yield bare
    yield ["".join(words) for words in _words(bare)]
    yield [max(words, key=len, default="") for words in _words(texts)]
    paths = [text.split("://")[-1].partition("/")[2] for text in texts]
    yield ["".join(words) for words in _words(_without_frame(paths))] if any(paths) else []
    yield [text[len(text.rstrip("=").rstrip(_OF_NAMES)) :] for text in texts]


def _words(texts: Sequence[str]) -> list[list[str]]:
    """Of each text the runs of letters that stand in code, and nothing else.

    Lines are read together, which takes a fifth of the time.
    """
    whole = "\n".join(texts)
    if whole.count("\n") >= len(texts):
        return [_NOT_CODE.sub(" ", text).split() for text in texts]
    return [line.split() for line in _NOT_CODE_IN_LINES.sub(" ", whole).split("\n")]


def _without_frame(texts: Sequence[str]) -> list[str]:
    """The texts without what all of them begin and end with: `https://host/`, `.example.test`, a sentence."""
    start = _shared_start(texts)
    end = _shared_start([text[::-1] for text in texts])
    return [text[start : len(text) - end] if len(text) >= start + end else text for text in texts]


def _shared_start(texts: Sequence[str]) -> int:
    """How many characters all of the texts begin with: as many as the first and the last in order share."""
    first, last = min(texts), max(texts)
    return next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))


def _begins_media(pieces: list[str], read: Reader) -> bool:
    """Whether media begins where a piece does, read on into the pieces that follow: in order, last piece first, or backwards."""
    for order in (pieces, pieces[::-1], [piece[::-1] for piece in reversed(pieces)]):
        joined = "".join(order)
        if _is_media_encoded(joined[:HEAD]) or _is_media_piecewise(order[:PIECES], read):
            return True
        place = 0
        for piece in order:
            if (
                joined[place : place + 2] in FIRST_TWO
                and encoded_starts(joined[place : place + LONGEST_START])
                and _is_media_encoded(joined[place : place + HEAD])
            ):
                return True
            place += len(piece)
    return False


def _is_media_encoded(head: str) -> bool:
    run = _TOKEN.match(head)
    readings = chain(decoded_that_may_begin(run[0]) if run else (), base85_that_may_begin(head))
    return any(map(is_surely_media, readings))


def _read(piece: str) -> list[bytes]:
    return [*decoded(piece)]


def _is_media_piecewise(pieces: Sequence[str], read: Reader = _read) -> bool:
    """The same where each piece was encoded by itself."""
    if not all(map(_TOKEN.fullmatch, pieces)) or not _may_begin_piecewise(pieces, read):
        return False
    return any(is_surely_media(b"".join(way)) for way in zip(*map(read, pieces), strict=False))


def _may_begin_piecewise(pieces: Sequence[str], read: Reader) -> bool:
    """Whether the first piece does not rule it out: it says how all begins, and few letters hold no tar archive's mark."""
    if sum(map(len, pieces)) * 3 // 4 > TAR_MARK:  # three bytes of four letters, in the densest alphabet
        return True
    return any(len(reading) < 4 or may_begin(reading) for reading in read(pieces[0]))


def _is_bytes(texts: Sequence[str]) -> bool:
    """Bytes written as decimal numbers or as escapes, a few or one in each text: in more than half of them."""
    whole, half = "\n".join(texts), len(texts) // 2
    readings: list[list[bytes]] = []
    if len(_NUMBER.findall(whole)) > half:
        numbers = [[int(number) & 0xFF for number in _NUMBER.findall(text)] for text in texts]
        readings += [[bytes(row) for row in numbers], [bytes(row[-1:]) for row in numbers]]
    if escapes_in(whole) > half:
        readings.append([unescaped(text) for text in texts])
    for reading in readings:
        rows = [row for row in reading if row]
        if len(rows) <= half:
            continue
        for order in (rows, rows[::-1], [row[::-1] for row in reversed(rows)]):
            joined, place = b"".join(order), 0
            for row in order:
                head = joined[place : place + HEAD]
                if head.startswith(BEGINNINGS) and is_surely_media(head):
                    return True
                place += len(row)
    return False


def _windows(texts: Sequence[str]) -> Iterator[str]:
    """The texts, a line each, in overlapping windows."""
    joined = "\n".join(texts)
    for start in range(0, max(1, len(joined) - WINDOW // 2), WINDOW // 2):
        yield joined[start : start + WINDOW]
