"""A disk that loses power: an apsw VFS that remembers what was synced, and at the cut keeps or drops the rest by a coin.

A write that was not synced when the power goes is there or is not, each one by itself, in any order: so do real disks.
What was synced stays.  The result is written out as files and opened by plain sqlite3, as after the restart.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw


@dataclass(slots=True)
class _Platter:
    """One file: what is safe, and what was done to it since, in order.  A change is a write (offset, bytes) or a cut (size)."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        self.since.append((offset, data))

    def cut(self, size: int) -> None:
        self.since.append((size, None))

    def sync(self) -> None:
        self.safe, self.since = self._after(lambda: True), []

    def left(self, coin: Callable[[], bool]) -> bytes:
        return bytes(self._after(coin))

    def _after(self, keep: Callable[[], bool]) -> bytearray:
        content = bytearray(self.safe)
        for place, data in self.since:
            if not keep():
                continue
            if data is None:
                del content[place:]
                continue
            content.extend(b"\0" * (place - len(content)))
            content[place : place + len(data)] = data
        return content


class Disk(apsw.VFS):
    """The VFS.  Files named -shm are not the disk's: SQLite makes them anew."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.platters: dict[str, _Platter] = {}
        super().__init__(name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(self, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        self.platters.pop(name, None)
        super().xDelete(name, syncdir)

    def lose_power(self, folder: Path, luck: random.Random) -> None:
        """Write what is left of each file into the folder."""
        for path, platter in self.platters.items():
            (folder / Path(path).name).write_bytes(platter.left(lambda: luck.random() < 0.5))


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._platter = disk.platters.setdefault(path, _Platter()) if path else _Platter()
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._platter.write(offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._platter.cut(size)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self._platter.sync()
        super().xSync(flags)


@contextmanager
def disk(name: str) -> Iterator[Disk]:
    """A disk that SQLite knows by this name, as `file:…?vfs=NAME`, for as long as the context lasts."""
    made = Disk(name)
    try:
        yield made
    finally:
        with suppress(apsw.Error):
            made.unregister()
