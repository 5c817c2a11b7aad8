"""Compiled lists and what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from skyddsnat.agent.state.days import KEPT
from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.agent.state.sets import COLUMNS, KeptSet, KeptSets
from skyddsnat.policy.agent_guards import ListFacts, Reason
from skyddsnat.policy.course import Event, Phase, follow
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import Entries

KEPT_LISTS = 30
"""Published lists that can be put back, the one in force included."""


class Status(StrEnum):
    """Fate of a list.  LIVE: in force.  PAST: was in force.  HELD: waits for two people.  REJECTED: a person said no.
    LAPSED: was held, and the feed has moved on."""

    LIVE = "live"
    PAST = "past"
    HELD = "held"
    REJECTED = "rejected"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """One list, without its entries.  phase: how far it came.  observed: nothing was stopped by it (action "observe")."""

    version: str
    status: Status
    phase: Phase
    observed: bool
    compiled_at: datetime
    published_at: datetime | None
    approved: bool
    size: int
    added: int
    removed: int
    reasons: tuple[Reason, ...]
    unknown_ceilings: int
    unreadable: int
    mixed_scripts: int
    url_as_domain: int
    allow_conflicts: int
    decided_by: str | None

    def facts(self, entries: Set[Listed]) -> ListFacts:
        """The list as the guards see it."""
        return ListFacts(
            entries=entries,
            unknown_ceilings=self.unknown_ceilings,
            unreadable=self.unreadable,
            mixed_scripts=self.mixed_scripts,
            url_as_domain=self.url_as_domain,
            allow_conflicts=self.allow_conflicts,
        )


_COLUMNS = (
    "version, status, compiled_at, published_at, approved, size, added, removed, reasons, unknown_ceilings, unreadable, "
    "allow_conflicts, decided_by, phase, observed, mixed_scripts, url_as_domain"
)


class ListState:
    """The lists and their approvals."""

    def __init__(self, connection: sqlite3.Connection, sets: KeptSets) -> None:
        self._db = connection
        self._sets = sets

    def live(self) -> KeptList | None:
        """The list in force."""
        return self._one("status='live'")

    def held(self) -> KeptList | None:
        """The list that waits for people, if any."""
        return self._one("status='held'")

    def get(self, version: str) -> KeptList | None:
        """A list by its whole version."""
        return self._one("version=?", version)

    def starting_with(self, prefix: str) -> tuple[KeptList, ...]:
        """Lists by the first characters of their version."""
        return self._many("substr(version, 1, ?)=?", len(prefix), prefix)

    def published(self) -> tuple[KeptList, ...]:
        """Lists that were in force, newest first, the one in force included."""
        return self._many("status IN ('live', 'past') ORDER BY published_at DESC")

    def kept(self) -> tuple[KeptList, ...]:
        """Every list that is kept, the newest first."""
        return self._many("1 ORDER BY COALESCE(published_at, compiled_at) DESC")

    def entries(self, version: str) -> Entries:
        """The names of a list."""
        kept = self._set(version)
        return self._sets.entries(kept) if kept else Entries()

    def text(self, version: str) -> str:
        """The names of a list as lines `name scope`, for what reads many of them at once."""
        kept = self._set(version)
        return self._sets.text(kept) if kept else ""

    def _set(self, version: str) -> KeptSet | None:
        row = self._db.execute(f"SELECT {COLUMNS} FROM lists WHERE version=?", [version]).fetchone()  # noqa: S608
        return KeptSet(*row) if row else None

    def put(self, kept: KeptList, entries: Set[Listed]) -> None:
        """Keep a list; the same version again replaces what was known of it.

        A list that goes into force uses its approvals up: should it be held again one day, two people decide anew.
        """
        if kept.status is Status.LIVE:
            self._note_step(kept)
            self._db.execute("DELETE FROM approvals WHERE version=?", [kept.version])
        self._db.execute(
            f"INSERT OR REPLACE INTO lists({_COLUMNS}, {COLUMNS}) VALUES({', '.join('?' * 20)})",
            [
                kept.version,
                kept.status,
                to_us(kept.compiled_at),
                None if kept.published_at is None else to_us(kept.published_at),
                kept.approved,
                kept.size,
                kept.added,
                kept.removed,
                orjson.dumps(kept.reasons).decode(),
                kept.unknown_ceilings,
                kept.unreadable,
                kept.allow_conflicts,
                kept.decided_by,
                kept.phase,
                kept.observed,
                kept.mixed_scripts,
                kept.url_as_domain,
                *self._sets.keep(Entries.of(entries)),
            ],
        )

    def _note_step(self, kept: KeptList) -> None:
        """What came and went with it, beside the list: of those many come in a day, and the same one may come again."""
        at = to_us(kept.published_at or kept.compiled_at)
        self._db.execute("INSERT INTO steps VALUES(?, ?, ?, ?)", [at, kept.added, kept.removed, kept.approved])
        self._db.execute("DELETE FROM steps WHERE at < ?", [at - KEPT // timedelta(microseconds=1)])

    def advance(self, version: str, event: Event) -> Phase:
        """Carry a list on its course; returns where it is now.  Raises PolicyRefusal for a move that there is not."""
        found = self.get(version)
        if found is None:
            raise KeyError(version)
        phase = follow(found.phase, event)
        if phase is not found.phase:
            self._db.execute("UPDATE lists SET phase=? WHERE version=?", [phase, version])
        return phase

    def retire_live(self) -> None:
        """The list in force becomes a past one."""
        self._db.execute("UPDATE lists SET status='past' WHERE status='live'")

    def lapse_held(self, *, keep: str | None = None) -> None:
        """What is held is no longer what the feed says; its approvals go with it, since they were for that content."""
        self._db.execute("UPDATE lists SET status='lapsed' WHERE status='held' AND version IS NOT ?", [keep])
        self._db.execute("DELETE FROM approvals WHERE version IN (SELECT version FROM lists WHERE status='lapsed')")

    def decide(self, version: str, status: Status, *, by: str) -> None:
        """Write a person's decision on a held list."""
        self._db.execute("UPDATE lists SET status=?, decided_by=? WHERE version=?", [status, by, version])

    def approve(self, version: str, *, person: str, shown: str, at: datetime) -> tuple[str, ...]:
        """Add an approval; returns who has approved so far, as they wrote their names."""
        self._db.execute("INSERT OR IGNORE INTO approvals VALUES(?, ?, ?, ?)", [version, person, shown, to_us(at)])
        rows = self._db.execute("SELECT shown FROM approvals WHERE version=? ORDER BY at, person", [version]).fetchall()
        return tuple(row[0] for row in rows)

    def approvals(self, version: str) -> tuple[str, ...]:
        """Who has approved a list so far."""
        rows = self._db.execute("SELECT shown FROM approvals WHERE version=? ORDER BY at, person", [version]).fetchall()
        return tuple(row[0] for row in rows)

    def added_since(self, moment: datetime) -> int:
        """Entries that came in after a moment, and after the last list that two people approved."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(added), 0) FROM steps WHERE at > MAX(?, COALESCE("
            "(SELECT MAX(at) FROM steps WHERE approved=1), 0))",
            [to_us(moment)],
        ).fetchone()
        return int(row[0])

    def removed_since(self, moment: datetime) -> int:
        """Entries that left after a moment."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(removed), 0) FROM steps WHERE at > ? AND approved=0", [to_us(moment)]
        ).fetchone()
        return int(row[0])

    def forget_old(self) -> None:
        """Keep the last published ones, and as many of the others."""
        for condition in ("status IN ('live', 'past')", "status IN ('lapsed', 'rejected')"):
            self._db.execute(
                f"DELETE FROM lists WHERE {condition} AND version NOT IN (SELECT version FROM lists WHERE {condition}"  # noqa: S608
                " ORDER BY COALESCE(published_at, compiled_at) DESC LIMIT ?)",
                [KEPT_LISTS],
            )
        self._sets.forget_unused()

    def _one(self, condition: str, *values: object) -> KeptList | None:
        found = self._many(condition, *values)
        return found[0] if found else None

    def _many(self, condition: str, *values: object) -> tuple[KeptList, ...]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM lists WHERE {condition}", values).fetchall()  # noqa: S608
        return tuple(_kept(row) for row in rows)


def _kept(
    row: tuple[str, str, int, int | None, int, int, int, int, str, int, int, int, str | None, str, int, int, int],
) -> KeptList:
    return KeptList(
        version=row[0],
        status=Status(row[1]),
        compiled_at=from_us(row[2]),
        published_at=None if row[3] is None else from_us(row[3]),
        approved=bool(row[4]),
        size=row[5],
        added=row[6],
        removed=row[7],
        reasons=tuple(Reason(code) for code in orjson.loads(row[8])),
        unknown_ceilings=row[9],
        unreadable=row[10],
        allow_conflicts=row[11],
        decided_by=row[12],
        phase=Phase(row[13]),
        observed=bool(row[14]),
        mixed_scripts=row[15],
        url_as_domain=row[16],
    )
