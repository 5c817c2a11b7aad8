"""A clock that stands where the story is.

Services that take a time are given one; the rest (the log, tokens) ask Django's clock.  While the world is made, both agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from django.utils import timezone


class Clock:
    """The time that everything in the hub sees while `running`."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def move_to(self, moment: datetime) -> datetime:
        """Go forward.  Raises ValueError when asked to go back: history is written in order."""
        if moment < self.now:
            raise ValueError(f"got {moment.isoformat()}, expected a time after {self.now.isoformat()}")
        self.now = moment
        return moment

    @contextmanager
    def running(self) -> Iterator[None]:
        """While inside, `django.utils.timezone.now()` is this clock, in this process only."""
        with patch.object(timezone, "now", lambda: self.now):
            yield
