"""How many complaints may come in, without knowing from whom: one bucket for the whole page, and forms that are used once.

A form carries the id of the complaint that it will become, with the time it was made and a mark that only this process can
make.  Sent twice, by a double click or a reload, it is one complaint.  Nothing of the visitor goes into it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

SOONEST: Final = timedelta(seconds=2)
"""Nobody reads and fills in the form faster."""

LATEST: Final = timedelta(hours=12)
_MARK: Final = 16
_LENGTH: Final = 16 + 5 + _MARK


class Stale(StrEnum):
    """Why a form is not taken: it is shown again, filled in, with a new id."""

    UNKNOWN = "unknown"  # made by another process, or by nobody
    TOO_SOON = "too_soon"
    TOO_OLD = "too_old"


class Forms:
    """Makes forms' ids and knows them again."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def issue(self) -> str:
        """The text that a form carries."""
        body = uuid4().bytes + int(self._clock().timestamp()).to_bytes(5, "big")
        return base64.urlsafe_b64encode(body + self._mark(body)).decode().rstrip("=")

    def id_of(self, text: str) -> UUID | Stale:
        """The id of the complaint that the form becomes."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return Stale.UNKNOWN
        body, mark = raw[:-_MARK], raw[-_MARK:]
        if len(raw) != _LENGTH or not hmac.compare_digest(mark, self._mark(body)):
            return Stale.UNKNOWN
        age = self._clock().timestamp() - int.from_bytes(body[16:], "big")
        if age < SOONEST.total_seconds():
            return Stale.TOO_SOON
        return Stale.TOO_OLD if age > LATEST.total_seconds() else UUID(bytes=body[:16])

    def _mark(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, sha256)[:_MARK]


class Bucket:
    """Lets so many through in an hour, whoever they are; a burst of a tenth of that, and at least five."""

    def __init__(self, an_hour: int, *, monotonic: Callable[[], float]) -> None:
        self._rate = an_hour / 3600
        self._most = max(5.0, an_hour / 10)
        self._monotonic = monotonic
        self._held, self._at = self._most, monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more may come in now."""
        with self._lock:
            now = self._monotonic()
            self._held, self._at = min(self._most, self._held + (now - self._at) * self._rate), now
            if self._held < 1:
                return False
            self._held -= 1
            return True
