"""What the fixed-panel index needs to be kept for: one shrinking set of listed names a year, and two sums a month."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.site.database import transaction

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS panels(
  base TEXT PRIMARY KEY, following TEXT NOT NULL, seen INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS index_months(
  period TEXT PRIMARY KEY, base TEXT NOT NULL, entries INTEGER NOT NULL, base_hits INTEGER NOT NULL, hits INTEGER NOT NULL,
  base_days INTEGER NOT NULL, days INTEGER NOT NULL, same_resolvers INTEGER NOT NULL) STRICT;
"""
KEPT_YEARS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The entries of one comparison year.  base: its first month; following: the first one that is not closed yet.

    seen: lists that were published up to then are taken into account.  entries: lines `name scope`, of domains.
    """

    base: Period
    following: Period
    seen: datetime
    entries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMonth:
    """A closed month beside the base month: blocked queries for the entries that were listed from the one to the other.

    entries: how many those are.  days: on which anything was counted.  same_resolvers: whether the same ones were in both.
    """

    period: Period
    base: Period
    entries: int
    base_hits: int
    hits: int
    base_days: int
    days: int
    same_resolvers: bool


class PanelStore:
    """The rows, in the file of the counted days."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def open_panels(self) -> list[Panel]:
        """Those whose year is not closed, the older one first."""
        rows = self._db.execute("SELECT base, following, seen, entries FROM panels ORDER BY base")
        return [
            Panel(
                base=Period.read(base),
                following=Period.read(following),
                seen=from_us(seen),
                entries=frozenset(zlib.decompress(entries).decode().splitlines()),
            )
            for base, following, seen, entries in rows
        ]

    def put(self, panel: Panel) -> None:
        """Keep it as it is now."""
        blob = zlib.compress("\n".join(sorted(panel.entries)).encode(), level=1)
        self._db.execute(
            "INSERT OR REPLACE INTO panels VALUES(?, ?, ?, ?)",
            [str(panel.base), str(panel.following), to_us(panel.seen), blob],
        )

    def drop(self, panel: Panel) -> None:
        """Forget its names."""
        self._db.execute("DELETE FROM panels WHERE base=?", [str(panel.base)])

    def close(self, panel: Panel, month: IndexMonth) -> None:
        """Keep a month for good, and the panel for those after it; after the year's last month the names go."""
        values = [
            *(str(month.period), str(month.base), month.entries, month.base_hits, month.hits),
            *(month.base_days, month.days, month.same_resolvers),
        ]
        with transaction(self._db):
            self._db.execute("INSERT OR REPLACE INTO index_months VALUES(?, ?, ?, ?, ?, ?, ?, ?)", values)
            oldest = month.period.shifted(-12 * KEPT_YEARS)
            self._db.execute("DELETE FROM index_months WHERE period < ?", [str(oldest)])
            if panel.following.year == panel.base.year:
                self.put(panel)
            else:
                self.drop(panel)

    def month(self, period: Period) -> IndexMonth | None:
        """A closed month."""
        row = self._db.execute("SELECT * FROM index_months WHERE period=?", [str(period)]).fetchone()
        if row is None:
            return None
        return IndexMonth(
            period=Period.read(row[0]),
            base=Period.read(row[1]),
            entries=row[2],
            base_hits=row[3],
            hits=row[4],
            base_days=row[5],
            days=row[6],
            same_resolvers=bool(row[7]),
        )
