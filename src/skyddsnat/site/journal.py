"""A program's own diary: one JSON line an event, append-only, each line sealed to the one before by its hash.

It holds decisions, counts, versions and the names of people who decided; never a listed name, a client's data or a share.
Beside it stands its end, how many lines there are and the seal of the last: a chain alone does not tell that its last lines
were changed or cut off.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

FIRST = "0" * 64
"""What the first line is sealed to."""

_TAIL = 65_536


@dataclass(frozen=True, slots=True)
class End:
    """How far a journal goes: its number of lines and the SHA-256 (hex) of the last, as `120:9f2c…` for paper."""

    lines: int
    seal: str

    def __str__(self) -> str:
        return f"{self.lines}:{self.seal}"

    @classmethod
    def parse(cls, text: str) -> End | None:
        """Read what `str` wrote; None for anything else."""
        found = _END.fullmatch(text.strip())
        return cls(int(found[1]), found[2]) if found else None


LINES_LOST = "lines_lost"
"""Event: the lines that were noted last are not there, or are others."""

_END = re.compile(r"(\d{1,12}):([0-9a-f]{64})", re.ASCII)


class Journal:
    """The file.  Several commands may write at once; each takes the file's lock for one line."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._end = path.with_suffix(".end")
        self._clock = clock

    def write(self, event: str, **facts: object) -> None:
        """Append one event and wait until it is on the disk.  Raises OSError if the disk is full; nothing half stays then.

        The rest of a line that a crash cut short is taken away first, and the journal says so.
        """
        new = not self._path.exists()
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            torn = _cut_torn_line(descriptor)
            lines, lost = self._found(descriptor)
            if torn:
                lines += self._append(descriptor, "line_cut_short", {"bytes": torn})
            if lost is not None:
                lines += self._append(descriptor, LINES_LOST, {"noted": str(lost)})
            lines += self._append(descriptor, event, facts)
            os.fsync(descriptor)
            self._note(End(lines, _last_seal(descriptor)))
            if new:
                sync_folder(self._path.parent)
        finally:
            os.close(descriptor)

    def _append(self, descriptor: int, event: str, facts: Mapping[str, object]) -> int:
        at = self._clock().astimezone(UTC).isoformat()
        line = orjson.dumps({"at": at, "event": event, **facts, "after": _last_seal(descriptor)}) + b"\n"
        size = os.fstat(descriptor).st_size
        if os.write(descriptor, line) < len(line):
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        return 1

    def _found(self, descriptor: int) -> tuple[int, End | None]:
        """(how many lines there are, the noted end if they do not hold it).  A noted end may be behind, as after a crash."""
        noted = self._noted()
        if noted is not None and noted.seal == _last_seal(descriptor):
            return noted.lines, None
        lines = self._lines()
        return len(lines), None if noted is None or _hold(lines, noted) else noted

    def _note(self, end: End) -> None:
        beside = self._end.with_suffix(".end.new")
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(f"{end}\n")
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self._end)

    def _noted(self) -> End | None:
        try:
            return End.parse(self._end.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError):
            return None

    def end(self) -> End | None:
        """How far the journal goes; None for an empty one."""
        lines = self._lines()
        return End(len(lines), _seal(lines[-1])) if lines else None

    def entries(self) -> Iterator[dict[str, Any]]:
        """All events, oldest first."""
        yield from map(orjson.loads, self._lines())

    def _lines(self) -> list[bytes]:
        """The whole lines; what a crash left behind the last of them is nobody's word."""
        found = self._path.read_bytes() if self._path.exists() else b""
        return found[: found.rfind(b"\n") + 1].splitlines()

    def broken_at(self, *, since: End | None = None) -> int | None:
        """Number of the first line that is not as it was written, or None if all are.

        Found are a line that does not follow from the one before, an end other than the noted one, and other lines than those
        that ended in `since`, an end that somebody noted elsewhere.
        """
        before, lines = FIRST, self._lines()
        for number, line in enumerate(lines, start=1):
            try:
                entry = orjson.loads(line)
                if entry["after"] != before or entry["event"] == LINES_LOST:
                    return number
            except (orjson.JSONDecodeError, KeyError, TypeError):
                return number
            before = _seal(line)
        ends = [end for end in (self._noted(), since) if end is not None and not _hold(lines, end)]
        return min((max(1, min(end.lines, len(lines) + 1)) for end in ends), default=None)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk: a new file without its name is lost in a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cut_torn_line(descriptor: int) -> int:
    """Take away what stands behind the last whole line, which was never acknowledged.  Returns how many bytes it was."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, _TAIL), max(0, size - _TAIL))
    torn = len(tail) - (tail.rfind(b"\n") + 1)
    if torn:
        os.ftruncate(descriptor, size - torn)
    return torn


def _hold(lines: list[bytes], end: End) -> bool:
    """Whether these lines come to that end, or go on from it."""
    return 0 < end.lines <= len(lines) and _seal(lines[end.lines - 1]) == end.seal


def _seal(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _last_seal(descriptor: int) -> str:
    """Hash of the last line.  A line is shorter than the tail that is read."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, _TAIL), max(0, size - _TAIL)).splitlines()
    return _seal(tail[-1]) if tail else FIRST
