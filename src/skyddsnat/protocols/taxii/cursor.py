"""A position as the opaque text of `next`: base 36.  Stateless, so it never expires and is the same in all workers."""

from __future__ import annotations

import re
from typing import Final

from skyddsnat.protocols.errors import ProtocolError

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_CURSOR: Final = re.compile(r"[0-9a-z]{1,12}", re.ASCII)


class BadCursor(ProtocolError):
    """A `next` that we never gave.  code: `next`."""


def write_cursor(position: int) -> str:
    """The text of a position.  position: microseconds, not negative."""
    text = ""
    while position:
        position, digit = divmod(position, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def read_cursor(text: str) -> int:
    """The position of a text.  Raises BadCursor."""
    if not _CURSOR.fullmatch(text):
        raise BadCursor("next", "next was not read, expected the text of the page before")
    return int(text, 36)
