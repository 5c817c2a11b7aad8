"""Times on the wire: RFC 3339 texts, and whole microseconds since 1970 (UTC) wherever order matters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from skyddsnat.protocols.errors import ProtocolError

MILLISECOND: Final = 1_000
"""Microseconds."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MOMENT: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt](?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"(?:[Zz]|(?P<sign>[+\- ])(?P<hours>\d\d):?(?P<minutes>\d\d))",
    re.ASCII,
)


_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


class BadMoment(ProtocolError):
    """A text that names no moment.  code: `moment`."""


def to_us(moment: datetime) -> int:
    """Microseconds since 1970.  moment: timezone-aware."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + us * _MICROSECOND


def read_moment(text: object) -> int:
    """Microseconds since 1970 of an RFC 3339 time with 0 to 9 digits of fraction and any offset; finer digits are cut off.

    A blank before the offset counts as `+`: that is what a client sends that forgets to quote the plus in a query.
    Raises BadMoment.
    """
    return _moment(text if isinstance(text, str) else "")


@lru_cache(maxsize=1024)  # the objects of one envelope name few moments, each of them several times
def _moment(text: str) -> int:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise BadMoment("moment", "not a time, expected RFC 3339 such as 2026-11-24T12:00:00Z")
    try:
        whole = datetime.fromisoformat(f"{found['date']}T{found['clock']}+00:00")
        offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
        if offset >= timedelta(days=1) or int(found["minutes"] or 0) > 59:
            raise ValueError
    except ValueError:
        raise BadMoment(
            "moment", "no such day, hour or offset, expected RFC 3339 such as 2026-11-24T12:00:00Z"
        ) from None
    fraction = int((found["fraction"] or "").ljust(6, "0")[:6])
    shift = -1 if found["sign"] == "-" else 1
    us = to_us(whole) + fraction - shift * (offset // _MICROSECOND)
    if not _FIRST <= us <= _LAST:
        raise BadMoment("moment", "outside the years 1 to 9999, expected RFC 3339 such as 2026-11-24T12:00:00Z")
    return us


@lru_cache(maxsize=1_024)
def stix_time(moment: datetime) -> str:
    """A STIX timestamp: UTC with exactly three digits, cut off, never rounded up."""
    return stix_time_us(to_us(moment) // MILLISECOND * MILLISECOND)


def stix_time_us(us: int) -> str:
    """The text of a version: three digits if it is a whole millisecond, else six."""
    return f"{_utc(us)[:-3] if us % MILLISECOND == 0 else _utc(us)}Z"


def position_time(us: int) -> str:
    """A position as TAXII's headers and manifests tell it: UTC with six digits."""
    return f"{_utc(us)}Z"


@lru_cache(maxsize=1_024)
def _utc(us: int) -> str:
    # Of many objects that come together, most moments are the same.
    return from_us(us).replace(tzinfo=None).isoformat(timespec="microseconds")


@lru_cache(maxsize=1_024)  # all that is handed in together is of one moment
def next_version(now: datetime, previous: datetime | None) -> datetime:
    """The `modified` of an object's next version: now, but always a millisecond behind the previous one.

    Two versions within a millisecond would share one name, and the second would be lost.
    """
    us = to_us(now) // MILLISECOND * MILLISECOND
    if previous is not None:
        us = max(us, to_us(previous) // MILLISECOND * MILLISECOND + MILLISECOND)
    return from_us(us)
