"""When a token was used last: noted at most once a minute for each, and together when many come at once.

A write waits for the disk, and a poll waits for its write.  So a worker writes some uses a second at once, as they come, and one
at a time: else a slow disk would hold all its threads.  What comes beyond that is written with the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Q

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.outage import spared

NOTED_EVERY = timedelta(minutes=1)
WRITES_A_SECOND = 5


class Uses:
    """The uses that one worker has still to write.  One that is lost is seen again at the token's next poll."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._waiting: set[str] = set()
        self._second, self._writes = 0, 0
        self._writing = False

    def note(self, token_id: str, *, last: datetime | None, now: datetime) -> None:
        """Note that the token is used now.  last: the use that was noted before."""
        if last is not None and last >= now - NOTED_EVERY:
            return
        ids = self._due(token_id)
        if not ids:
            return
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        try:
            with spared():
                ApiToken.objects.filter(stale, pk__in=ids).update(last_used_at=now)
        finally:
            self._writing = False

    def _due(self, token_id: str) -> set[str]:
        """What this request shall write: all that waits, or nothing if enough has been written this second."""
        with self._lock:
            self._waiting.add(token_id)
            second = int(self._clock())
            if second != self._second:
                self._second, self._writes = second, 0
            if self._writing or self._writes >= WRITES_A_SECOND:
                return set()
            self._writing = True
            self._writes += 1
            ids, self._waiting = self._waiting, set()
            return ids


uses = Uses()
