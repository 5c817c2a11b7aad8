"""What others may listen to: an agent has told where it is."""

from __future__ import annotations

from django.dispatch import Signal

reported = Signal()
"""Sent inside the report's transaction, with `agent` (its row as it is now) and `now`."""
