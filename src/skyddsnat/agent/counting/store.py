"""Counted days, in a file of their own.  No client, no token and no time of a look-up is in it; listed names are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from skyddsnat.agent.counting import panel_store
from skyddsnat.agent.counting.panel_store import PanelStore
from skyddsnat.agent.errors import AgentError
from skyddsnat.site.database import open_durable, transaction

KEPT_DAYS: Final = 800
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS horizon(day INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS days(
  day INTEGER PRIMARY KEY, lookups INTEGER NOT NULL, clients INTEGER NOT NULL, version TEXT NOT NULL, versions TEXT NOT NULL,
  size REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS resolver_days(
  day INTEGER NOT NULL, resolver TEXT NOT NULL, lines INTEGER NOT NULL, hits INTEGER NOT NULL, lookups INTEGER,
  elsewhere INTEGER NOT NULL, passed INTEGER NOT NULL, canaries INTEGER NOT NULL, ignored INTEGER NOT NULL,
  unparsed INTEGER NOT NULL, hours INTEGER NOT NULL, queries INTEGER, PRIMARY KEY(day, resolver)) STRICT;
CREATE TABLE IF NOT EXISTS entry_days(
  day INTEGER NOT NULL, entry TEXT NOT NULL, hits INTEGER NOT NULL, lookups INTEGER NOT NULL,
  PRIMARY KEY(day, entry)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter_days(
  day INTEGER NOT NULL, resolver TEXT NOT NULL, hits INTEGER NOT NULL, queries INTEGER NOT NULL,
  PRIMARY KEY(day, resolver)) STRICT;
CREATE TABLE IF NOT EXISTS readings(resolver TEXT PRIMARY KEY, at REAL NOT NULL, hits INTEGER, queries INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS figures(
  metric TEXT NOT NULL, period TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, body BLOB NOT NULL,
  taken INTEGER NOT NULL, PRIMARY KEY(metric, period, revision)) STRICT;
"""
EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverDay:
    """One resolver, one day.  lookups: None where its log tells no client; queries: None where nothing tells them."""

    resolver: str
    lines: int
    hits: int
    lookups: int | None
    elsewhere: int
    passed: int
    canaries: int
    ignored: int
    unparsed: int
    hours: int
    queries: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """All resolvers together.  day: since the epoch.  versions: of the list, in force on that day; size: its mean entries."""

    day: int
    lookups: int
    clients: int
    version: str
    versions: tuple[str, ...]
    size: float
    resolvers: tuple[ResolverDay, ...]
    entries: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class KeptReading:
    """What a resolver's counters said last, and when (seconds since the epoch)."""

    at: float
    hits: int | None
    queries: int | None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A figure that left.  taken: the hub has said that it has it."""

    revision: int
    body: bytes
    taken: bool


_COLUMNS: Final = tuple(field.name for field in fields(ResolverDay))


class CountStore:
    """The file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, data_dir: Path) -> CountStore:
        """Open or create it, readable by its owner alone.  Raises AgentError."""
        path = data_dir / "counts.sqlite"
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = open_durable(path)
            connection.executescript(SCHEMA + panel_store.SCHEMA)
        except sqlite3.DatabaseError as error:
            raise AgentError(f"{path} is damaged ({type(error).__name__}); move it away and count again") from error
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def horizon(self) -> int | None:
        """The last day that is counted for good; None before the first run."""
        row = self._db.execute("SELECT MAX(day) FROM horizon").fetchone()
        return None if row[0] is None else int(row[0])

    def lines(self, day: int) -> dict[str, int]:
        """Marked lines of each resolver on a counted day."""
        return dict(self._db.execute("SELECT resolver, lines FROM resolver_days WHERE day=?", [day]))

    def readings(self) -> dict[str, KeptReading]:
        """The last reading of each resolver's counters."""
        rows = self._db.execute("SELECT resolver, at, hits, queries FROM readings")
        return {resolver: KeptReading(*rest) for resolver, *rest in rows}

    def save(
        self,
        days: Sequence[CountedDay],
        *,
        horizon: int,
        readings: Mapping[str, KeptReading],
        added: Mapping[tuple[int, str], tuple[int, int]],
    ) -> None:
        """All that a run found, or nothing.  added: (hits, queries) that counters showed more, by day and resolver."""
        with transaction(self._db):
            for day in days:
                self._put(day)
            for (number, resolver), (hits, queries) in added.items():
                self._db.execute(
                    "INSERT INTO counter_days VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET hits=hits+excluded.hits,"
                    " queries=queries+excluded.queries",
                    [number, resolver, hits, queries],
                )
            for resolver, one in readings.items():
                self._db.execute(
                    "INSERT OR REPLACE INTO readings VALUES(?, ?, ?, ?)", [resolver, one.at, one.hits, one.queries]
                )
            self._db.execute("DELETE FROM horizon")
            self._db.execute("INSERT INTO horizon VALUES(?)", [horizon])
            for table in ("days", "resolver_days", "entry_days", "counter_days"):
                self._db.execute(f"DELETE FROM {table} WHERE day < ?", [horizon - KEPT_DAYS])  # noqa: S608

    def _put(self, one: CountedDay) -> None:
        for table in ("resolver_days", "entry_days"):
            self._db.execute(f"DELETE FROM {table} WHERE day=?", [one.day])  # noqa: S608
        self._db.execute(
            "INSERT OR REPLACE INTO days VALUES(?, ?, ?, ?, ?, ?)",
            [one.day, one.lookups, one.clients, one.version, " ".join(one.versions), one.size],
        )
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        self._db.executemany(
            f"INSERT INTO resolver_days(day, {', '.join(_COLUMNS)}) VALUES({marks})",
            [[one.day, *(getattr(each, name) for name in _COLUMNS)] for each in one.resolvers],
        )
        self._db.executemany(
            "INSERT INTO entry_days VALUES(?, ?, ?, ?)",
            [[one.day, entry, hits, lookups] for entry, (hits, lookups) in one.entries.items()],
        )

    def days(self, first: int, last: int) -> list[CountedDay]:
        """Counted days, both ends included, oldest first; without their entries."""
        rows = self._db.execute(
            "SELECT day, lookups, clients, version, versions, size FROM days WHERE day BETWEEN ? AND ? ORDER BY day",
            [first, last],
        ).fetchall()
        resolvers: dict[int, list[ResolverDay]] = {}
        for day, *values in self._db.execute(
            f"SELECT day, {', '.join(_COLUMNS)} FROM resolver_days WHERE day BETWEEN ? AND ? ORDER BY day, resolver",  # noqa: S608
            [first, last],
        ):
            facts: dict[str, Any] = dict(zip(_COLUMNS, values, strict=True))
            resolvers.setdefault(day, []).append(ResolverDay(**facts))
        return [
            CountedDay(
                day=day,
                lookups=lookups,
                clients=clients,
                version=version,
                versions=tuple(versions.split()),
                size=size,
                resolvers=tuple(resolvers.get(day, ())),
                entries={},
            )
            for day, lookups, clients, version, versions, size in rows
        ]

    @property
    def panels(self) -> PanelStore:
        """What the fixed-panel index is kept for."""
        return PanelStore(self._db)

    def entry_hits(self, first: int, last: int) -> list[tuple[str, int]]:
        """(entry, blocked queries) from a day to another, both included, of entries with any."""
        rows = self._db.execute(
            "SELECT entry, SUM(hits) FROM entry_days WHERE day BETWEEN ? AND ? GROUP BY entry", [first, last]
        )
        return [(entry, hits) for entry, hits in rows]

    def entries_hit(self, first: int, last: int) -> int:
        """Different entries with at least one look-up (M2)."""
        row = self._db.execute(
            "SELECT COUNT(DISTINCT entry) FROM entry_days WHERE day BETWEEN ? AND ? AND lookups > 0", [first, last]
        ).fetchone()
        return int(row[0])

    def counters(self, first: int, last: int) -> dict[str, tuple[int, int]]:
        """(hits, queries) by resolver, as its own counters showed them."""
        rows = self._db.execute(
            "SELECT resolver, SUM(hits), SUM(queries) FROM counter_days WHERE day BETWEEN ? AND ? GROUP BY resolver",
            [first, last],
        )
        return {resolver: (hits, queries) for resolver, hits, queries in rows}

    def keep_figure(self, metric: str, period: str, *, revision: int, at: str, by: str, body: bytes) -> None:
        """Remember what is about to leave, byte by byte; a revision of which no answer came is replaced."""
        self._db.execute(
            "INSERT INTO figures VALUES(?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET at=excluded.at, by=excluded.by,"
            " body=excluded.body WHERE taken=0",
            [metric, period, revision, at, by, body],
        )

    def figure_taken(self, metric: str, period: str, *, revision: int, as_revision: int) -> None:
        """The hub has it.  as_revision: the number that the hub gave it."""
        self._db.execute(
            "UPDATE figures SET taken=1, revision=? WHERE metric=? AND period=? AND revision=?",
            [as_revision, metric, period, revision],
        )

    def forget_figure(self, metric: str, period: str, *, revision: int) -> None:
        """The hub did not want it."""
        self._db.execute(
            "DELETE FROM figures WHERE metric=? AND period=? AND revision=? AND taken=0", [metric, period, revision]
        )

    def handed_in(self, metric: str, period: str) -> HandedIn | None:
        """The newest revision."""
        row = self._db.execute(
            "SELECT revision, body, taken FROM figures WHERE metric=? AND period=? ORDER BY revision DESC LIMIT 1",
            [metric, period],
        ).fetchone()
        return HandedIn(int(row[0]), bytes(row[1]), bool(row[2])) if row else None


def day_number(day: date) -> int:
    """Since the epoch."""
    return day.toordinal() - EPOCH


def day_date(number: int) -> date:
    """The day again."""
    return date.fromordinal(number + EPOCH)
