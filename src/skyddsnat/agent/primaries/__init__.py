"""Where the zones are served from.  The zone file is the truth; anything faster comes after it.

zonefile.py  the file itself, by atomic rename, and an optional reload command: for a resolver that reads files
update.py    the same, then the same change by signed DNS UPDATE: for Knot DNS, BIND, and any primary that speaks RFC 2136
notify.py    NOTIFY to the resolvers, sent by the agent itself
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from skyddsnat.protocols.rpz import Changes, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneUpdate:
    """One zone on its way.

    text: the whole file, serial included.  records: makes its rows, for when they have to be compared with what is served.
    changes: from what the agent last put there, which is served under before_serial; None if it does not know.
    by_file: the zone is made anew; a primary that can is to read the file, and everybody else gets the changes.
    """

    zone: str
    file: Path
    text: str
    serial: int
    records: Callable[[], frozenset[Record]]
    changes: Changes | None
    before_serial: int | None
    by_file: bool = False


class Primary(Protocol):
    """A place for zones.  Every method raises PrimaryError."""

    def write_file(self, update: ZoneUpdate) -> None:
        """Put the new file in place, so that a restart of anything serves the new content."""

    def apply(self, update: ZoneUpdate) -> int:
        """Make the running server serve the content.  Returns the serial that it is served under."""

    def serial(self, zone: str) -> int | None:
        """The serial served now, or None if nothing serves the zone here."""

    def refused(self, zone: str) -> list[str]:
        """What the agent may not do with the zone, each in a line; found out without changing anything."""
