"""Others' words as they may stand on a terminal, in a log and behind a setting: no letter of them steers one or ends another."""

from __future__ import annotations


def shown(words: str, *, longest: int | None = None) -> str:
    """One printable line.  longest: characters."""
    if not words.isprintable():
        words = "".join(letter if letter.isprintable() else " " for letter in words)
    return words[:longest]
