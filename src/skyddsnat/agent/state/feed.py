"""Collections and their indicators.  Only what a signed head has vouched for is ever committed here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from skyddsnat.agent.indicator import UNKNOWN_CEILING, UNREADABLE, Indicator
from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.policy.vocabulary import Ceiling, Scope
from skyddsnat.protocols.rpz import Row


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a collection has been read, and the newest head accepted for it.  heard_at: by the agent's own clock."""

    position: int = 0
    head_position: int = 0
    head_time: datetime | None = None
    heard_at: datetime | None = None


class FeedState:
    """The feed as the agent holds it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def seen(self, collection: str) -> Seen:
        """What is known of a collection; zeros before the first pull."""
        row = self._db.execute(
            "SELECT position, seen_position, seen_time, heard_at FROM collections WHERE id=?", [collection]
        ).fetchone()
        return Seen(row[0], row[1], _moment(row[2]), _moment(row[3])) if row else Seen()

    def accept(self, collection: str, seen: Seen) -> None:
        """Record a head whose set the agent holds."""
        self._db.execute(
            "INSERT OR REPLACE INTO collections VALUES(?, ?, ?, ?, ?)",
            [collection, seen.position, seen.head_position, _us(seen.head_time), _us(seen.heard_at)],
        )

    def keep_only(self, collection: str, stix_ids: Iterable[str]) -> None:
        """Forget indicators that a reading from the start did not bring."""
        held = {row[0] for row in self._db.execute("SELECT stix_id FROM indicators WHERE collection=?", [collection])}
        gone = held.difference(stix_ids)
        self._db.executemany(
            "DELETE FROM indicators WHERE collection=? AND stix_id=?", [(collection, stix_id) for stix_id in gone]
        )

    def apply(self, collection: str, indicators: Iterable[Indicator]) -> int:
        """Take versions in; an older one than is held changes nothing.

        Returns how many came with another content under a version that is held already: a version never changes, so that is
        a fault at the hub or on the way.
        """
        changed = 0
        for new in indicators:
            held = self._db.execute(
                "SELECT version, live, name, scope, ceiling, origin, fault, until, said FROM indicators"
                " WHERE collection=? AND stix_id=?",
                [collection, new.stix_id],
            ).fetchone()
            values = (
                *(new.version, int(new.live), new.name, new.scope, new.ceiling, new.origin),
                *(new.fault, new.until, new.said),
            )
            if held is None or held[0] < new.version:
                self._db.execute(
                    "INSERT OR REPLACE INTO indicators(collection, stix_id, version, live, name, scope, ceiling, origin, fault,"
                    " until, said) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [collection, new.stix_id, *values],
                )
            elif held[0] == new.version and held != values:
                changed += 1
        return changed

    def versions(self, collection: str) -> Iterator[tuple[str, int, str]]:
        """(STIX id, version, hash of the object) of each live indicator: what the head's digests are over."""
        yield from self._db.execute(
            "SELECT stix_id, version, said FROM indicators WHERE collection=? AND live=1", [collection]
        )

    def rows(self, collections: Iterable[str], *, origins: frozenset[str]) -> list[Row]:
        """Every domain that may be blocked, verified by one of the origins, for the compiler."""
        found: list[Row] = []
        for collection in collections:
            for name, scope, origin, until in self._db.execute(
                "SELECT name, scope, origin, until FROM indicators"
                " WHERE collection=? AND live=1 AND ceiling=? AND name IS NOT NULL",
                [collection, Ceiling.BLOCK],
            ):
                if origin in origins:
                    found.append(Row(name, Scope(scope), _moment(until)))
        return found

    def faults(self, collections: Iterable[str]) -> tuple[int, int]:
        """(live indicators with an unknown ceiling, with an unreadable name)."""
        counts = {UNKNOWN_CEILING: 0, UNREADABLE: 0}
        for collection in collections:
            for fault, count in self._db.execute(
                "SELECT fault, COUNT(*) FROM indicators WHERE collection=? AND fault != '' GROUP BY fault", [collection]
            ):
                counts[fault] += count
        return counts[UNKNOWN_CEILING], counts[UNREADABLE]


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_us(microseconds)


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)
