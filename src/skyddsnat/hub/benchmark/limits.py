"""How much may come in, how often, and how long things may take.  Settings may change the figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

MOST_SUBMISSION_BYTES: Final = 4_000_000
"""Of a posted submission: three ciphertexts in base64; 200 amounts need about 270 kB."""

MOST_SUBMISSIONS_A_ROUND: Final = 50
"""Of one member.  Each is an entry of the transcript, and one that is longer than its readers take stops the round for all."""

MOST_STATEMENT_BYTES: Final = 3_000_000
"""Of a posted statement: the output of 500 items, or the sealed positions of 200 members."""

MOST_OBJECTION_BYTES: Final = 8_192

OPENS_AT_LEAST: Final = timedelta(hours=1)
"""Between freezing a specification and its deadline; the parties have to sign in between."""

CLOSES_WITHIN: Final = timedelta(days=366)
"""From planning to the deadline: figures grow old, and no calendar is endless."""

COMPUTES_WITHIN: Final = timedelta(days=7)
"""From closing, objections included: then the hub stops waiting for the parties."""

LONGEST_OBJECTION: Final = 30 * 86_400
"""Seconds."""


def submissions_an_hour() -> int:
    """Submissions of one member to one round within an hour."""
    return int(getattr(settings, "BENCHMARK_SUBMISSIONS_PER_HOUR", 20))


def requests_a_minute() -> int:
    """Requests of one organisation to the benchmark's machine routes within a minute: parties ask every few seconds."""
    return int(getattr(settings, "BENCHMARK_REQUESTS_PER_MINUTE", 600))
