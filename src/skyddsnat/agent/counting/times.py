"""The times that logs write, as seconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

DAY: Final = 86_400
BUCKET: Final = 300
"""Seconds in which look-ups of one client for one entry count once (metric M2)."""

_MONTHS: Final = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)  # noqa: SIM905
}


class Times:
    """Reads the times of one file.  zone: of those without an offset.  latest: when the file was written to last: for the year
    of those without one, and because no line is of a later day."""

    def __init__(self, zone: tzinfo, *, latest: datetime) -> None:
        self._zone = zone
        self._latest = latest.astimezone(zone)
        self._end = latest.timestamp() + DAY
        self._known: dict[str, int] = {}

    def read(self, text: str) -> int:
        """The second.  Raises ValueError, also for a time more than a day behind the file's own."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) > 1000:
                self._known.clear()
            found = int(self._moment(text).timestamp())
            if found > self._end:
                raise ValueError("a time after the file was written to last")
            self._known[text] = found
        return found

    def _moment(self, text: str) -> datetime:
        if text.startswith("["):
            return datetime.fromtimestamp(int(text[1:-1]), UTC)
        if text[:1].isdigit():
            moment = datetime.fromisoformat(text) if text[4] == "-" else self._named(text)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)
        return self._without_year(text)

    def _named(self, text: str) -> datetime:
        """24-Nov-2026 15:08:09.711"""
        day, month, rest = text.split("-", 2)
        return datetime.fromisoformat(f"{rest[:4]}-{_month(month):02}-{day}T{rest[5:13]}")

    def _without_year(self, text: str) -> datetime:
        """Nov 24 15:08:09, of the last year in which that is not after the file's end."""
        month, day, clock = _month(text[:3]), int(text[4:6]), text[7:]
        for year in range(self._latest.year, self._latest.year - 5, -1):  # the 29th of February may lie four years back
            try:
                moment = datetime.fromisoformat(f"{year}-{month:02}-{day:02}T{clock}").replace(tzinfo=self._zone)
            except ValueError:
                continue
            if moment <= self._latest + timedelta(days=1):
                return moment
        raise ValueError(text)


def _month(name: str) -> int:
    try:
        return _MONTHS[name]
    except KeyError:
        raise ValueError(name) from None
