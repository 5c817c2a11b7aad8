"""Times and lists of names as they lie in the database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The moment, in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def pack(entries: Iterable[Listed]) -> bytes:
    """Entries as compressed lines, in order.  Lines are sorted, which takes a third of the time that sorting entries takes."""
    return zlib.compress("\n".join(sorted([f"{name} {scope}" for name, scope in entries])).encode(), level=1)


def unpack(blob: bytes) -> frozenset[Listed]:
    """The entries again."""
    scopes = {scope.value: scope for scope in Scope}
    lines = unpack_text(blob).splitlines()
    return frozenset(Listed(name, scopes[scope]) for name, _, scope in (line.partition(" ") for line in lines))


def unpack_text(blob: bytes) -> str:
    """The same as the lines that were packed."""
    return zlib.decompress(blob).decode()
