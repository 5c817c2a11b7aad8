"""A hub's words as they may stand on a terminal and behind a setting: no letter of them steers the one or ends the other."""

from __future__ import annotations


def shown(words: str, *, longest: int) -> str:
    """One printable line."""
    return "".join(letter if letter.isprintable() else " " for letter in words)[:longest]
