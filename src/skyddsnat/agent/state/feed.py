"""Collections and their indicators.  Only what a signed head has vouched for is ever committed here."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.agent.state.writer import Writer
from skyddsnat.policy.agent_guards import LeftOut
from skyddsnat.policy.coverage import is_url
from skyddsnat.policy.vocabulary import Ceiling, Scope
from skyddsnat.protocols.rpz import Row

if TYPE_CHECKING:
    from skyddsnat.agent.indicator import Indicator  # it needs this package in turn


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a collection has been read, and the newest head accepted for it.  heard_at: by the agent's own clock."""

    position: int = 0
    head_position: int = 0
    head_time: datetime | None = None
    heard_at: datetime | None = None


_ROWS = "FROM indicators WHERE collection=? AND live=1 AND ceiling=? AND name IS NOT NULL"


_SCOPES = {scope.value: scope for scope in Scope}

SECOND = 1_000_000
"""Microseconds."""

_HASHES = "WHERE collection=? AND live=1 AND ceiling>=? AND digest IS NOT NULL"


class FeedState:
    """The feed as the agent holds it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._written: set[str] | None = None
        self._writer = Writer(connection)
        self._mark = ""

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

    def lost(self, collection: str, indicators: Iterable[Indicator]) -> int:
        """How many held versions a reading from the start did not bring in that version or a later one.

        A feed only ever grows, and everything held was vouched for by a signed head: a hub that lacks it has lost it.
        """
        brought: dict[str, int] = {}
        for new in indicators:
            brought[new.stix_id] = max(new.version, brought.get(new.stix_id, 0))
        held = self._db.execute("SELECT stix_id, version FROM indicators WHERE collection=?", [collection])
        return sum(1 for stix_id, version in held if brought.get(stix_id, -1) < version)

    def ended(self, collection: str) -> dict[str, str]:
        """Name by id of the indicators that the feed has revoked."""
        rows = self._db.execute(
            "SELECT stix_id, name FROM indicators WHERE collection=? AND live=0 AND name IS NOT NULL", [collection]
        )
        return dict(rows)

    def forget(self, collection: str) -> None:
        """Drop what is held of a collection, before it is read anew."""
        self._written = None
        self._writer.sign()
        self._db.execute("DELETE FROM indicators WHERE collection=?", [collection])

    def apply(self, collection: str, indicators: Iterable[Indicator]) -> int:
        """Take versions in; an older one than is held changes nothing.

        Returns how many came with another content under a version that is held already: a version never changes, so that is
        a fault at the hub or on the way.
        """
        changed, written = 0, set[str]()
        for came in indicators:
            held = self._db.execute(
                "SELECT version, live, name, scope, ceiling, origin, fault, until, said, digest FROM indicators"
                " WHERE collection=? AND stix_id=?",
                [collection, came.stix_id],
            ).fetchone()
            new = came if held is None else _not_widened(came, name=held[2], fault=held[6])
            values = (
                *(new.version, int(new.live), new.name, new.scope, new.ceiling, new.origin),
                *(new.fault, new.until, new.said, new.digest),
            )
            if held is None or held[0] < new.version:
                self._db.execute(
                    "INSERT OR REPLACE INTO indicators(collection, stix_id, version, live, name, scope, ceiling, origin, fault,"
                    " until, said, digest) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [collection, new.stix_id, *values],
                )
                written.add(_key(collection, new.stix_id))
            elif held[0] == new.version and held != values:
                changed += 1
        if written:
            self._writer.sign()
            self._written = None if self._written is None else self._written | written
        return changed

    def versions(self, collection: str) -> Iterator[tuple[str, int, str]]:
        """(STIX id, version, hash of the object) of each live indicator: what the head's digests are over."""
        yield from self._db.execute(
            "SELECT stix_id, version, said FROM indicators WHERE collection=? AND live=1", [collection]
        )

    def versions_of(self, collection: str, ids: Iterable[str]) -> list[tuple[str, int, str]]:
        """The same of these ids alone."""
        one = "SELECT stix_id, version, said FROM indicators WHERE collection=? AND stix_id=? AND live=1"
        return [row for stix_id in ids for row in self._db.execute(one, [collection, stix_id])]

    def changes_of_others(self) -> int:
        """A number that changes when another process has written to the file; what this one writes does not count."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def written(self) -> set[str] | None:
        """The keys of what was written since this was asked the last time; None when that is not known.

        What was rolled back may be among them: ask for the rows anew.
        """
        mark, found = self._writer.others(), self._written
        if mark != self._mark:
            found = None
        self._mark, self._written = mark, set()
        return found

    def named(self, collections: Iterable[str], names: Set[str]) -> set[str]:
        """The keys of indicators with one of these names; looks through all that are held, if there is a name."""
        asked = f"SELECT stix_id FROM indicators WHERE collection=? AND name IN ({', '.join('?' * len(names))})"  # noqa: S608
        return {
            _key(collection, stix_id)
            for collection in (collections if names else ())
            for (stix_id,) in self._db.execute(asked, [collection, *names])
        }

    def ends_after(self, collections: Iterable[str], now: datetime, *, most: int) -> list[tuple[int, str]]:
        """(microseconds, key) of what ends after a moment, the soonest first."""
        asked = "SELECT until, stix_id FROM indicators WHERE collection=? AND live=1 AND until>? ORDER BY until LIMIT ?"
        found = (
            (until, _key(collection, stix_id))
            for collection in collections
            for until, stix_id in self._db.execute(asked, [collection, to_us(now), most])
        )
        return sorted(found)[:most]

    def rows(self, collections: Iterable[str], *, origins: frozenset[str], urls: bool = False) -> dict[str, Row]:
        """Every domain that may be blocked, verified by one of the origins, for the compiler; by collection and STIX id.

        urls: whether something here can act on URLs; an entry that nothing can carry out is no part of a list.
        """
        asked = (
            f"SELECT collection || ' ' || stix_id, name, scope, until {_ROWS} AND origin IN ({', '.join('?' * len(origins))})"
            + ("" if urls else " AND instr(name, '/')=0")
        )
        return {
            key: Row(name, _SCOPES[scope], None if until is None else from_us(until))
            for collection in collections
            for key, name, scope, until in self._db.execute(asked, [collection, Ceiling.BLOCK, *origins])
        }

    def some_rows(self, keys: Iterable[str], *, origins: frozenset[str], urls: bool = False) -> dict[str, Row | None]:
        """The same of these indicators alone; None for one that is none, or none any more."""
        found: dict[str, Row | None] = {}
        asked = f"SELECT name, scope, origin, until {_ROWS} AND stix_id=?"
        for key in keys:
            collection, _, stix_id = key.partition(" ")
            row = self._db.execute(asked, [collection, Ceiling.BLOCK, stix_id]).fetchone()
            usable = row is not None and row[2] in origins and (urls or not is_url(row[0]))
            found[key] = Row(row[0], Scope(row[1]), _moment(row[3])) if usable else None
        return found

    def hashes(self, collections: Iterable[str], *, origins: frozenset[str]) -> Iterator[tuple[str, str, int | None]]:
        """(kind and digest, STIX id, end in microseconds) of each hash that may be looked up, verified by one of the origins."""
        asked = f"SELECT digest, stix_id, origin, until FROM indicators {_HASHES}"  # noqa: S608
        for collection in collections:
            for digest, stix_id, origin, until in self._db.execute(asked, [collection, Ceiling.OBSERVE]):
                if origin in origins:
                    yield digest, stix_id, until

    def hash_mark(self, collections: Iterable[str]) -> str:
        """Another text whenever a hash came, changed or went: versions only grow.

        Seconds and the rest are added up apart: five thousand versions in microseconds are more than SQLite's sum can hold.
        """
        sums = f"COUNT(*), SUM(version / {SECOND}), SUM(version % {SECOND})"
        asked = f"SELECT {sums} FROM indicators {_HASHES}"  # noqa: S608
        facts = [self._db.execute(asked, [one, Ceiling.OBSERVE]).fetchone() for one in collections]
        return " ".join(f"{count} {seconds or 0} {rest or 0}" for count, seconds, rest in facts)

    def faults(self, collections: Iterable[str]) -> Counter[str]:
        """How many live indicators are left out, by what is wrong with them."""
        counts: Counter[str] = Counter()
        for collection in collections:
            counts += Counter(
                dict(
                    self._db.execute(
                        "SELECT fault, COUNT(*) FROM indicators WHERE collection=? AND fault != '' GROUP BY fault",
                        [collection],
                    )
                )
            )
        return counts


def _not_widened(new: Indicator, *, name: str | None, fault: str) -> Indicator:
    """An indicator that was no domain never becomes one: a signal on a URL must not end as a block of its whole host."""
    was_domain = name is not None and not is_url(name)
    if new.name is None or is_url(new.name) or was_domain or fault not in {"", LeftOut.URL_AS_DOMAIN}:
        return new
    return replace(new, name=None, fault=LeftOut.URL_AS_DOMAIN if new.live else "")


def _key(collection: str, stix_id: str) -> str:
    """One name for an indicator of any collection."""
    return f"{collection} {stix_id}"


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_us(microseconds)


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)
