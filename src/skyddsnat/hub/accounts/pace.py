"""How often one member's machines ask within a minute, and how often what is handed in with one token is refused.

A stolen token could else try for ever what passes, or keep the hub busy with what does not.  A cache that is away counts nothing,
and lets through.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

REFUSED: Final = "refused"
AGAIN_IN: Final = 60
"""Seconds, for Retry-After."""


def refused_a_minute() -> int:
    """Posts with one token of which something was refused, whatever they were about."""
    return int(getattr(settings, "REFUSED_POSTS_PER_MINUTE", 120))


def count(of: str, who: str) -> int:
    """One more of these within this minute; returns how many there are now."""
    key = _key(of, who)
    for _ in range(2):
        with suppress(ValueError):  # nobody has asked in this minute; or the cache is away
            return int(cache.incr(key))
        cache.add(key, 0, timeout=120)
    return 0


def note_refused(token_id: str) -> None:
    """Something that was posted with this token was refused."""
    count(REFUSED, token_id)


def is_refused_too_often(token_id: str) -> bool:
    """Whether this token has to wait until the minute is over before anything is posted with it."""
    return int(cache.get(_key(REFUSED, token_id), 0)) >= refused_a_minute()


def _key(of: str, who: str) -> str:
    return f"{of}:{who}:{_minute()}"


def _minute() -> str:
    return f"{timezone.now():%Y%m%d%H%M}"
