"""How long each change of the list took, and how often one was halted: what a benchmark round may ask for later.

One row an update that was proved at the last resolver.  No name and no version is in it.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from skyddsnat.agent.state.days import KEPT
from skyddsnat.agent.state.packing import to_us


class Update(StrEnum):
    """BLOCK, LIFT: from the hub's word to the last resolver's proof.  HALT: a list or the feed began to be held."""

    BLOCK = "block"
    LIFT = "lift"
    HALT = "halt"


class UpdateState:
    """The rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, kind: Update, *, at: datetime, took: timedelta = timedelta()) -> None:
        """Record one; clocks that disagree give no negative time."""
        seconds = max(0.0, took.total_seconds())
        self._db.execute("INSERT INTO updates VALUES(?, ?, ?)", [to_us(at), kind, seconds])
        self._db.execute("DELETE FROM updates WHERE at < ?", [to_us(at - KEPT)])

    def between(self, kind: Update, first: date, last: date) -> list[float]:
        """Seconds of those that ended on the days from `first` to `last` in UTC, ascending."""
        begin, end = _midnight(first), _midnight(last + timedelta(days=1))
        rows = self._db.execute(
            "SELECT seconds FROM updates WHERE kind=? AND at >= ? AND at < ? ORDER BY seconds", [kind, begin, end]
        )
        return [seconds for (seconds,) in rows]


def _midnight(day: date) -> int:
    return to_us(datetime.combine(day, time(), tzinfo=UTC))
