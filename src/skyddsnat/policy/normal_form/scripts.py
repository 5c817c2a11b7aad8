"""Which Unicode scripts a label is written in, and what it can be mistaken for (UTS 39)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

COMMON: Final = "Common"
_NONE: Final[frozenset[str]] = frozenset()
_LATIN: Final = frozenset({"Latin"})

# Python has no script property.  The first word of a character's Unicode name is its script, but for these.
_BY_FIRST_WORD: Final = {
    "CJK": "Han",
    "IDEOGRAPHIC": "Han",
    "ARABIC-INDIC": "Arabic",
    "EXTENDED": "Arabic",
    "KATAKANA-HIRAGANA": "Katakana",
    "COMBINING": COMMON,
    "MODIFIER": COMMON,
    "DIGIT": COMMON,
    "HYPHEN-MINUS": COMMON,
    "MIDDLE": COMMON,
    "ZERO": COMMON,
}
_TWO_WORDS: Final = frozenset({"OLD", "NEW", "TAI", "LINEAR", "MEETEI", "OL", "SYLOTI", "PHAGS-PA", "WARANG"})

# UTS 39, 5.2 "Highly Restrictive": one script, or Latin with one East Asian way of writing.
_TOGETHER: Final = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
    frozenset({"Latin", "Han", "Hangul"}),
)

# Lower-case letters of other scripts (and of phonetic Latin) that a reader takes for a plain Latin letter.
_LOOKS_LIKE: Final = str.maketrans(
    "аԁеҽһіјкӏопрԛгѕсѵуүԝѡхьոօսցհզռլյաαογνρικτυχεηωσϳıɩɑɡɪʏᴄᴏᴠᴡᴢꜱɴʀʟ",
    "adeehijklonpqrscvyywwxbnoughqnljwaoyvpiktuxenwojiiagiycovwzsnrl",
)


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """Script of one character by its long Unicode name: "Latin", "Cyrillic", …; "Common" belongs to all."""
    words = unicodedata.name(char, "UNKNOWN").split(" ")
    if words[0] in _BY_FIRST_WORD:
        return _BY_FIRST_WORD[words[0]]
    return " ".join(words[:2] if words[0] in _TWO_WORDS else words[:1]).title()


def scripts_of(label: str) -> frozenset[str]:
    """Scripts in a label, without what all scripts share (digits, hyphen, combining marks)."""
    if label.isascii() and (bare := label.replace("-", "")).isalnum():  # as nearly all labels are
        return _NONE if bare.isdigit() else _LATIN
    return frozenset(map(script_of, label)) - {COMMON}


def may_stand_together(scripts: frozenset[str]) -> bool:
    """Whether one label may mix these scripts."""
    return len(scripts) < 2 or any(scripts <= group for group in _TOGETHER)


def latin_twin(label: str) -> str | None:
    """The plain ASCII label that this one looks like, or None when it looks like none or is ASCII itself."""
    if label.isascii():
        return None
    twin = label.translate(_LOOKS_LIKE)
    return twin if twin.isascii() else None
