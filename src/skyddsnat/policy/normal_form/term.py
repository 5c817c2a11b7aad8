"""Search terms and code words: what people type, compared without regard to case, width and spacing."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from skyddsnat.policy.normal_form.domain import is_ip_address
from skyddsnat.policy.normal_form.refusal import NotNormal, Reason
from skyddsnat.policy.normal_form.text import undefanged

MIN_TERM: Final = 2
MAX_TERM: Final = 200
"""Characters of the normal form."""

_ADDRESS: Final = re.compile(r"://|\bwww\.|\bmailto:|\S@\S|\A[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:[/:]\S*)?\Z")


def term(text: str) -> str:
    """Read one term.  text: cleaned.

    NFKC, case folded, single spaces, invisible format characters dropped (they serve to hide a word).
    Raises NotNormal: too_short, too_long, or address_given for what belongs in another type or nowhere.
    """
    value = _folded(text)
    if len(value) < MIN_TERM:
        raise NotNormal(Reason.TOO_SHORT, f"{len(value)} characters, at least {MIN_TERM}")
    if len(value) > MAX_TERM:
        raise NotNormal(Reason.TOO_LONG, f"{len(value)} characters, at most {MAX_TERM}")
    if _ADDRESS.search(value) or is_ip_address(value):
        raise NotNormal(Reason.ADDRESS_GIVEN)
    return value


def _folded(text: str) -> str:
    """Fold until nothing changes: folding can compose anew and composing can fold anew (Unicode, D145)."""
    before = None
    while text != before:
        before = text
        visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = undefanged(" ".join(unicodedata.normalize("NFKC", visible).casefold().split()))
    return text
