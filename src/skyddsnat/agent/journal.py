"""The agent's own diary: one JSON line an event, append-only, each line sealed to the one before by its hash.

It holds decisions, counts, versions and the names of people who decided; never a listed name and never a client's data.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

FIRST = "0" * 64
"""What the first line is sealed to."""

_TAIL = 65_536


class Journal:
    """The file.  Several commands may write at once; each takes the file's lock for one line."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def write(self, event: str, **facts: object) -> None:
        """Append one event and wait until it is on the disk."""
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            entry = {
                "at": self._clock().astimezone(UTC).isoformat(),
                "event": event,
                **facts,
                "after": _last_seal(descriptor),
            }
            os.write(descriptor, orjson.dumps(entry) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def entries(self) -> Iterator[dict[str, Any]]:
        """All events, oldest first."""
        if self._path.exists():
            for line in self._path.read_bytes().splitlines():
                yield orjson.loads(line)

    def broken_at(self) -> int | None:
        """Number of the first line that does not follow from the one before, or None if all do."""
        before = FIRST
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for number, line in enumerate(lines, start=1):
            try:
                if orjson.loads(line)["after"] != before:
                    return number
            except (orjson.JSONDecodeError, KeyError, TypeError):
                return number
            before = _seal(line)
        return None


def _seal(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _last_seal(descriptor: int) -> str:
    """Hash of the last line.  A line is shorter than the tail that is read."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, _TAIL), max(0, size - _TAIL)).splitlines()
    return _seal(tail[-1]) if tail else FIRST
