"""How much may come in, and how long a case is open to join.  Settings may change the figures."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

JOINS_WITHIN = timedelta(days=30)
"""A complaint about a name that nothing blocks joins the case of an earlier one, so long."""

AHEAD = timedelta(minutes=5)
"""By how much a stop page's clock may run ahead."""


def complaints_an_hour() -> int:
    """Complaints of one member's stop pages within an hour.  Those beyond wait on the stop page's disk."""
    return int(getattr(settings, "COMPLAINTS_PER_HOUR", 120))
