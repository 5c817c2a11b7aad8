"""How much one person or member may do before someone should ask why.  Settings may change the figures."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

CLAIM_HOLDS = timedelta(minutes=30)
"""How long a reviewer keeps a signal to themselves."""

MOST_LINES = 2_000
"""Lines pasted at once."""

MOST_ROWS = 100_000
"""Rows in one import of files."""

MOST_BYTES = 48 * 1024 * 1024
"""Size of the files of one import together."""

PREVIEW_HOLDS = timedelta(minutes=30)
"""How long a preview may be confirmed."""

EXPIRES_SOON = timedelta(days=14)
"""From when a verified signal shows among those to renew."""


def reveals_a_day() -> int:
    """Values that one person may uncover in 24 hours."""
    return int(getattr(settings, "SIGNAL_REVEALS_PER_DAY", 40))


def lookups_a_day() -> int:
    """Times that one person may ask in 24 hours whether a value is known: each answer is an oracle."""
    return int(getattr(settings, "SIGNAL_LOOKUPS_PER_DAY", 200))


def submissions_an_hour() -> int:
    """Reports that one member may hand in within an hour, by all channels together."""
    return int(getattr(settings, "SIGNAL_SUBMISSIONS_PER_HOUR", 5_000))
