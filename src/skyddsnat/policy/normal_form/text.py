"""What every type does first: bound the size, strip the edges, refuse unprintable characters, undo defanging."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from skyddsnat.policy.normal_form.refusal import NotNormal, Reason

MAX_INPUT: Final = 4000
"""Characters taken in at all; each type has its own, lower limit for the result."""

_HXXP: Final = re.compile(r"\Ahxxp(?=s?://)", re.IGNORECASE)
_EDGES: Final = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\ufeff"
_REFUSED: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Control, surrogate, private use, unassigned: nobody can read them, so nobody can review them."""


def cleaned(text: str) -> str:
    """The text without blanks at its edges.

    Raises NotNormal: too_long, empty, or bad_characters when a character has no agreed shape.
    """
    if len(text) > MAX_INPUT:
        raise NotNormal(Reason.TOO_LONG, f"{len(text)} characters, at most {MAX_INPUT}")
    bare = text.strip(_EDGES).strip()
    if not bare:
        raise NotNormal(Reason.EMPTY)
    if not bare.isascii() or not bare.isprintable():
        for char in bare:
            if unicodedata.category(char) in _REFUSED:
                raise NotNormal(Reason.BAD_CHARACTERS, f"a character of category {unicodedata.category(char)}")
    return bare


def undefanged(text: str) -> str:
    """`hxxps://bad[.]example` as it was before an analyst made it unclickable.

    Only these two habits are undone; both are impossible in a real address, so nothing genuine changes.
    """
    if text[:4].lower() == "hxxp":
        text = _HXXP.sub("http", text)
    return text.replace("[.]", ".")
