"""When what of a round is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from skyddsnat.hub.benchmark.models import Round


def window_ends(round_: Round) -> datetime:
    """Until when members may object to the list of submissions."""
    return (round_.closed_at or round_.deadline) + timedelta(seconds=round_.objection_seconds)
