"""A hash list: a head of 64 bytes, the digests in order, and the entry of each in the same order.

Sorted, so that a digest is found by halving; mapped, so that a million of them cost neither time nor memory at the start; and
of fixed size, so that a torn file is known for one.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import UUID

from skyddsnat.agent.errors import AgentError
from skyddsnat.policy.normal_form.digest import HEX_DIGITS
from skyddsnat.policy.vocabulary import HashKind

MAGIC: Final = b"SKYDHASH"
FORMAT: Final = 1
HEAD: Final = struct.Struct("<8sIIQ32s8x")
"""Magic, format, octets of a digest, number of digests, version of the list."""

type Row = tuple[bytes, bytes]
"""A digest, and the 16 octets of its entry's UUID."""

ENTRY: Final = 16
_OF_THE_FORM: Final = b"skyddsnat/hashes/1\n"
DIGEST: Final[Mapping[HashKind, int]] = MappingProxyType({kind: digits // 2 for kind, digits in HEX_DIGITS.items()})
"""Octets of a digest."""


class HashListError(AgentError):
    """A hash list is not there or is none."""


def file_name(kind: HashKind) -> str:
    """`sha-256.hashes`."""
    return f"{kind.lower()}.hashes"


def list_files(rows: Mapping[HashKind, Iterable[Row]]) -> tuple[str, dict[HashKind, bytes]]:
    """(version, the file of each kind).  The version is a SHA-256 over all of them, and stands in each."""
    ordered = {kind: sorted(rows.get(kind, ())) for kind in HashKind}
    bodies = {
        kind: b"".join([*(digest for digest, _ in found), *(entry for _, entry in found)])
        for kind, found in ordered.items()
    }
    version = hashlib.sha256(_OF_THE_FORM)
    for kind, body in bodies.items():
        version.update(f"{kind} {len(body)}\n".encode())
        version.update(body)
    return version.hexdigest(), {
        kind: HEAD.pack(MAGIC, FORMAT, DIGEST[kind], len(ordered[kind]), version.digest()) + body
        for kind, body in bodies.items()
    }


def is_whole(path: Path, kind: HashKind, entries: int) -> bool:
    """Whether a file of the size that so many entries have lies there."""
    mark = _mark(path)
    return mark is not None and mark[2] == HEAD.size + entries * (DIGEST[kind] + ENTRY)


class HashList:
    """An open list.  It stays what it was when the file is replaced; `stale` tells."""

    def __init__(self, path: Path, kind: HashKind) -> None:
        """Map the file.  Raises HashListError."""
        self._path = path
        self._width = DIGEST[kind]
        try:
            with path.open("rb") as file:
                # Of what is mapped, should another be put there just now.
                self._mark = _mark_of(os.fstat(file.fileno()))
                self.octets = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise HashListError(
                f"hash list {path} cannot be read ({type(error).__name__}), expected the file that the agent writes; "
                "set [hashes] folder in agent.toml and run publish, or start the agent"
            ) from error
        self.size, self.version = self._head()

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: int) -> bytes:
        """A digest by its place; also what lets `bisect` halve the list."""
        start = HEAD.size + place * self._width
        return self.octets[start : start + self._width]

    @property
    def stale(self) -> bool:
        """Whether another file lies there now."""
        return _mark(self._path) != self._mark

    def entry(self, place: int) -> UUID:
        """The entry of the digest at that place."""
        start = HEAD.size + self.size * self._width + place * ENTRY
        return UUID(bytes=self.octets[start : start + ENTRY])

    def exact(self, digest: bytes) -> list[UUID]:
        """The entries of exactly this digest."""
        place = bisect_left(self, digest)
        found = []
        while place < self.size and self[place] == digest:
            found.append(self.entry(place))
            place += 1
        return found

    def _head(self) -> tuple[int, str]:
        try:
            magic, form, width, size, version = HEAD.unpack_from(self.octets)
        except struct.error:
            magic, form, width, size, version = b"", 0, 0, 0, b""
        whole = HEAD.size + size * (self._width + ENTRY)
        if (magic, form, width) != (MAGIC, FORMAT, self._width) or len(self.octets) != whole:
            raise HashListError(
                f"{self._path} is no hash list of this kind and format, expected one that this release has written; run publish"
            )
        return size, version.hex()


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        return _mark_of(path.stat())
    except OSError:
        return None


def _mark_of(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_mtime_ns, found.st_size
