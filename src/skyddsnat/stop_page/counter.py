"""How often the page was shown and help was asked for, by the hour.  A count is all that is ever kept of a visit."""

from __future__ import annotations

import logging
import threading
from collections import Counter as Tally
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from skyddsnat.site.hourly import add_counts, hour_of

log = logging.getLogger("skyddsnat.stop_page")


class Counter:
    """Counts in memory and puts them on the disk now and then: a crash loses the last seconds and nothing else."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Tally[str]] = {}

    def add(self, what: str) -> None:
        """One more in this hour.  what: a word of hourly.WHAT."""
        with self._lock:
            self._waiting.setdefault(hour_of(self._clock()), Tally())[what] += 1

    def flush(self) -> None:
        """Write what has come together.  A disk that does not take it is told; the counts wait for the next time."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for hour, counts in sorted(waiting.items()):
            try:
                add_counts(self._folder, hour, counts)
            except (OSError, ValueError) as error:
                log.error("counts of %s were not written (%s); look at the disk", hour, type(error).__name__)
                with self._lock:
                    self._waiting.setdefault(hour, Tally()).update(counts)
