"""Times and lists of names as they lie in the database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import as_line, entry_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The moment, in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def read_us(text: str) -> int:
    """Microseconds of a time as a hub writes it (RFC 3339).  Raises ValueError for what `from_us` could not tell again."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    try:
        return to_us(moment.astimezone(UTC))
    except OverflowError:
        raise ValueError("a time before the year 1 or after the year 9999") from None


def in_order(entries: Iterable[Listed]) -> bytes:
    """Entries as lines, in order.  Lines are sorted, which takes a third of the time that sorting entries takes, and hardly any
    where they are in order already."""
    return "\n".join(sorted(map(as_line, entries))).encode()


def packed(text: bytes) -> bytes:
    """Such lines, compressed."""
    return zlib.compress(text, level=1)


def pack(entries: Iterable[Listed]) -> bytes:
    """Entries as compressed lines, in order."""
    return packed(in_order(entries))


def unpack(blob: bytes) -> frozenset[Listed]:
    """The entries again."""
    return listed(unpack_text(blob))


def listed(text: str) -> frozenset[Listed]:
    """The entries of such lines."""
    return frozenset(map(entry_of, text.splitlines()))


def unpack_text(blob: bytes) -> str:
    """The same as the lines that were packed."""
    return zlib.decompress(blob).decode()


def unpacked(blob: bytes) -> bytes | None:
    """What was packed; None for what never was."""
    try:
        return zlib.decompress(blob)
    except zlib.error:
        return None
