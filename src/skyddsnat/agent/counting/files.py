"""Logs as they lie: being written, rotated, compressed.  Each content is read once, whatever it is called now.

All files are opened before the first is read: what is renamed meanwhile stays what it was.  Nothing of a content is remembered
between runs, not even a hash.
"""

from __future__ import annotations

import errno
import glob
import gzip
import os
import resource
import stat
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from skyddsnat.agent.errors import AgentError
from skyddsnat.site.errors import to_do

HEAD: Final = 8192
"""Octets by which a copy is known."""

_GZIP: Final = b"\x1f\x8b"
LOG_EXPECTED: Final = "expected a log; check [[count.log]]"
TOO_MANY: Final = "let fewer be matched in [[count.log]], or raise the limit (LimitNOFILE= of the unit, ulimit -n)"
DAMAGED: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a packed file raises that is not whole."""
GZIP_FAULT: Final = "gzip ends too early or is damaged"
LONGEST_LINE: Final = 1 << 20
"""Octets.  No log has such lines; what has is no log, and would be held in memory whole."""
FRAME_STREAM: Final = b"\x00\x00\x00\x00"
"""How a dnstap file begins: the escape before its first control frame."""


@dataclass(slots=True)
class LogFile:
    """One open file.  unfinished: its last line had no end.  fault: why it was not read to its end."""

    path: Path
    stream: BinaryIO
    raw: BinaryIO
    size: int
    modified: datetime
    head: bytes
    unfinished: bool = False
    fault: str = field(default="")

    @property
    def identity(self) -> tuple[int, int]:
        """The same for every name of one content."""
        facts = os.fstat(self.raw.fileno())
        return facts.st_dev, facts.st_ino

    @property
    def is_frame_stream(self) -> bool:
        """Whether it is dnstap."""
        return self.head.startswith(FRAME_STREAM)

    @property
    def done(self) -> int:
        """Octets read so far, of `size`."""
        return self.raw.tell()

    def lines(self) -> Iterator[bytes]:
        """Whole lines.  One that is being written just now is left for the next run."""
        if b"\x00" in self.head:
            self.fault = "neither text nor gzip"
            return
        try:
            for line in self.stream:
                if not line.endswith(b"\n"):
                    self.unfinished = len(line) < LONGEST_LINE
                    self.fault = "" if self.unfinished else f"a line of more than {LONGEST_LINE} octets"
                    return
                yield line
        except DAMAGED:
            self.fault = GZIP_FAULT
        except OSError as error:
            self.fault = error.strerror or type(error).__name__

    def close(self) -> None:
        """Let go of it."""
        self.stream.close()
        self.raw.close()


@dataclass(slots=True)
class Found:
    """What a pattern list led to.  problems: a line each."""

    files: list[LogFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def open_many() -> None:
    """Let this process hold as many files open as its account may: all logs are opened before the first is read."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # where a sandbox forbids it the usual limit stays, and logs beyond it are told
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def find(patterns: Sequence[str], *, folder: Path, since: datetime) -> Found:
    """Open what the patterns match and was written to after `since`; earlier files hold nothing that is still to be counted.

    Raises AgentError where the account may not open so many: a day must not be counted for good from some of its logs.
    """
    found = Found()
    seen: set[tuple[int, int]] = set()
    for pattern in patterns:
        paths = sorted(glob.glob(str(folder / pattern)))
        if not paths:
            found.problems.append(
                f"{pattern} matches no file; check it in [[count.log]], and that the log is written there"
            )
        for path in paths:
            try:
                one = _open(Path(path), seen, since)
            except (OSError, OverflowError, ValueError) as error:
                if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
                    for file in found.files:  # whoever tells of it needs some
                        file.close()
                    raise AgentError(f"{pattern} matches more logs than may be open at once; {TOO_MANY}") from None
                found.problems.append(f"{path} cannot be read ({type(error).__name__}); {to_do(error, LOG_EXPECTED)}")
                continue
            if one is not None:
                found.files.append(one)
    found.files = _without_copies(found.files)
    return found


def _open(path: Path, seen: set[tuple[int, int]], since: datetime) -> LogFile | None:
    raw = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")  # a pipe without a writer is not waited for
    try:
        facts = os.fstat(raw.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "not a file")
        identity = (facts.st_dev, facts.st_ino)
        modified = datetime.fromtimestamp(facts.st_mtime, UTC)
        if identity in seen or modified < since:
            raw.close()
            return None
    except (OSError, OverflowError, ValueError):
        raw.close()
        raise
    seen.add(identity)
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    # A log that grows while it is read would never end: it is read up to where it ends now.
    stream: BinaryIO = _Packed(fileobj=raw) if packed else _UpTo(raw, facts.st_size)  # type: ignore[assignment]
    try:
        head = stream.read(HEAD)
    except DAMAGED:
        head = b""
    stream.seek(0)
    return LogFile(path, stream, raw, facts.st_size, modified, head)


class _Packed(gzip.GzipFile):
    """Its lines, none longer than is held in memory."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(partial(self.readline, LONGEST_LINE), b"")


class _UpTo:
    """A file read no further than `size`."""

    def __init__(self, raw: BinaryIO, size: int) -> None:
        self._raw, self._size = raw, size

    def read(self, count: int) -> bytes:
        return self._raw.read(max(0, min(count, self._size - self._raw.tell())))

    def seek(self, place: int) -> None:
        self._raw.seek(place)

    def __iter__(self) -> Iterator[bytes]:
        left = self._size - self._raw.tell()
        while left > 0 and (line := self._raw.readline(min(left, LONGEST_LINE))):
            left -= len(line)
            yield line

    def close(self) -> None:
        """The file itself is closed by who opened it."""


def _without_copies(files: list[LogFile]) -> list[LogFile]:
    """Leave out what is the beginning of another file: a log beside its copy that is being compressed or copied."""
    kept: list[LogFile] = []
    for one in sorted(files, key=lambda file: (-len(file.head), str(file.path).endswith(".gz"), -file.size)):
        copy = one.head and any(other.head.startswith(one.head) for other in kept)
        if copy:
            one.close()
        else:
            kept.append(one)
    return sorted(kept, key=lambda file: (file.modified, str(file.path)))
