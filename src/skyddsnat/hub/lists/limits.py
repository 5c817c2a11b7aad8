"""How much may come in and go out.  Settings may change the figures."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

LEASE = timedelta(seconds=30)
"""How long a worker may be silent before another takes its import up."""

WAITS_FOR_CONFIRMATION = timedelta(hours=24)
"""How long a checked list waits for its person; then its values are dropped."""

OUTCOMES_KEPT = timedelta(days=30)
"""How long the rows of an ended import can be read."""

TRIES_AGAIN = timedelta(minutes=5)
"""When an import that waits for the member's next hour looks again."""

BATCH_SECONDS = 0.1
"""How long one batch should hold the database."""

MOST_IN_A_BATCH = 500
LEAST_IN_A_BATCH = 10

MOST_FILES = 200
"""Files of one MISP feed."""

MOST_MASKED = 20_000
MOST_PLAIN = 10_000
"""Rows of one export."""


def rows_a_day() -> int:
    """Rows that a member with a mandate may bring in by imports within 24 hours."""
    return int(getattr(settings, "IMPORT_ROWS_PER_DAY", 250_000))


def exports_a_day() -> int:
    """Lists that one person may take out in 24 hours."""
    return int(getattr(settings, "EXPORTS_PER_DAY", 5))
