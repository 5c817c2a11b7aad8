"""Small facts that outlive a restart, each under a name, as JSON."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from skyddsnat.agent.state.packing import from_us, to_us


@dataclass(frozen=True, slots=True)
class Lifted:
    """A name that this operator has lifted at its own resolvers."""

    name: str
    reason: str
    by: str
    at: datetime


class Notes:
    """Notes, and the names lifted here."""

    FEED_HOLD = "feed_hold"
    """{"reasons", "since"}: the hub's word is not taken; nobody can approve that away."""
    LIST_HOLD = "list_hold"
    """{"reasons", "version", "added", "removed", "protected", "checks", "since"}: a list waits for two people."""
    FAULTS = "faults"
    """{part: {"line", "since"}}: what does not work now, by part of the agent."""
    PUBLISHING = "publishing"
    """Version on its way into the zones; still there after a crash."""
    WAITING = "waiting"
    """{"added", "ended": microseconds}: the hub's time of the oldest news that no publish has taken along."""
    PROVING = "proving"
    """{"added", "ended", "at", "blocks", "lifts", "gone"}: the newest publish, until it is proved to its end (`proof.py`)."""
    TIMED_SINCE = "timed_since"
    """ISO date of the first day on which updates were timed: a memory of an older release has none before."""
    LIFT_SECONDS = "lift_seconds"
    """Seconds from the change until no resolver answered the replaced canary, of the last publish."""
    TRIAL = "trial"
    """{"version", "before", "clear"}: the newest list that added something, until each resolver has shown that it stops no
    lawful name: "before" are those that stopped one already, "clear" those that have it and stop none."""
    PIN = "pin"
    """{"by", "at", "version", "cause"}: the agent has gone back to an older list, and nothing new comes in."""
    REJOIN = "rejoin"
    """{key: name}: people who have said that the hub went back in history for a good reason."""
    PROTECTED = "protected"
    """[name, ...]: the coalition's protected names, all that the hub has ever told."""
    RESOLVERS = "resolvers"
    """[check, ...]: the last verification, as verify.py writes it."""
    PROBES = "probes"
    """{access: {"at", "asked", "answered", "of", "after"}}: what each access type showed last (`probes/reports.py`)."""
    MEASURED = "publish_seconds"
    """Seconds from the change to the last resolver's proof, of the last publish."""
    REBUILT = "rebuilt_at"
    """Microseconds: when base last took everything in, or when hot began to gather after that."""
    OUTPUTS = "outputs"
    """{file: {"kind", "version", "sha256", "entries", "left_out", "narrowed", "seconds"}}: what each other output holds."""
    HASHES = "hashes"
    """{"folder", "generation", "mark", "version", "until", "entries"}: the hash lists as they lie in their folder."""
    WITNESS = "witness"
    """{"note", "etag", "size", "root", "at", "cosigned_at", "settled", "members"}: the newest checkpoint of the hub's log."""
    LOG_ALARM = "log_alarm"
    """{"code", "since", "line", "held", "offered", "proof", "evidence"}: the hub's log is refused until a person has looked."""
    LOG_SILENT = "log_silent"
    """Since when the hub has not shown its log."""
    LOGGED_LISTS = "logged_lists"
    """{collection: {"logged": position} or {"waits": position, "since"}}: which lists were found in the log."""
    GENERATION = "generation"
    """Rises when the feed's content or the lifted names change."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, key: str) -> Any:
        """A note, or None."""
        row = self._db.execute("SELECT value FROM notes WHERE key=?", [key]).fetchone()
        return orjson.loads(row[0]) if row else None

    def put(self, key: str, value: object) -> None:
        """Write a note; None removes it."""
        if value is None:
            self._db.execute("DELETE FROM notes WHERE key=?", [key])
        else:
            self._db.execute(
                "INSERT INTO notes VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value",
                [key, orjson.dumps(value).decode()],
            )

    def bump(self) -> None:
        """Note that a compiled list may be out of date."""
        self.put(self.GENERATION, (self.get(self.GENERATION) or 0) + 1)

    def lifted(self) -> tuple[Lifted, ...]:
        """All names lifted here, oldest first."""
        rows = self._db.execute("SELECT name, reason, shown, at FROM lifted ORDER BY at").fetchall()
        return tuple(Lifted(name, reason, by, from_us(at)) for name, reason, by, at in rows)

    def lift(self, lifted: Lifted) -> None:
        """Keep a name out of the list from now on."""
        self._db.execute(
            "INSERT OR REPLACE INTO lifted VALUES(?, ?, ?, ?)",
            [lifted.name, lifted.reason, lifted.by, to_us(lifted.at)],
        )
        self.bump()

    def unlift(self, name: str) -> bool:
        """Let the feed decide again.  False if the name was not lifted."""
        found = self._db.execute("DELETE FROM lifted WHERE name=?", [name]).rowcount > 0
        if found:
            self.bump()
        return found
