"""What must outlive a crash, in one SQLite file: decisions, own statements, and the one root that each round was computed on.

synchronous=FULL: a `run` that is said must never be forgotten (docs/adr/0008).  Secrets lie elsewhere (vault.py).
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from skyddsnat.party import private_files
from skyddsnat.party.errors import PartyError, WrongUse
from skyddsnat.protocols.benchmark import statement
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from skyddsnat.site.database import open_durable, transaction

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE rounds(
  round TEXT PRIMARY KEY, spec BLOB NOT NULL, sha256 TEXT NOT NULL, seen_at TEXT NOT NULL, decision TEXT NOT NULL,
  decided_by TEXT, decided_at TEXT, hub_state TEXT NOT NULL, list_seen_at TEXT, attempts INTEGER NOT NULL DEFAULT 0,
  faults INTEGER NOT NULL DEFAULT 0, over TEXT NOT NULL DEFAULT '',
  entries INTEGER NOT NULL DEFAULT 0, head TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE runs(round TEXT PRIMARY KEY, root TEXT NOT NULL UNIQUE, at TEXT NOT NULL) STRICT;
CREATE TABLE statements(
  round TEXT NOT NULL, kind TEXT NOT NULL, document BLOB NOT NULL, at TEXT NOT NULL, PRIMARY KEY(round, kind)) STRICT;
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


_REFUSED, _FAULT = "refused:", "fault:"


class Decision(StrEnum):
    """What a person said of a specification."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A round as this party remembers it.

    list_seen_at: when the list of submissions was first seen, from which the objection window counts.  attempts, faults: of the
    computation, and those that failed by our own fault.  over: "" or why nothing more is to be done.  entries, head: how far
    the transcript was seen.
    """

    round: str
    spec: bytes
    sha256: str
    decision: Decision
    decided_by: str | None
    hub_state: str
    list_seen_at: datetime | None
    attempts: int
    faults: int
    over: str
    entries: int
    head: str

    @property
    def began(self) -> bool:
        """Whether the transcript was seen: all three parties had approved."""
        return self.entries > 0


_COLUMNS = "round, spec, sha256, decision, decided_by, hub_state, list_seen_at, attempts, faults, over, entries, head"


class Store:
    """The memory.  The service and a person's command may use it at the same time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, data_dir: Path) -> Store:
        """Open or create it.  Raises WrongUse for a folder that others can enter, PartyError for a damaged file."""
        private_files.make_folder(data_dir)
        return cls(_open(data_dir / "party.sqlite"))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rounds(self) -> list[Kept]:
        """All rounds, oldest id first."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM rounds ORDER BY round").fetchall()  # noqa: S608 - our own names
        return [_kept(row) for row in rows]

    def find(self, round: str) -> Kept | None:
        """One round."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM rounds WHERE round=?", [round]).fetchone()  # noqa: S608
        return _kept(row) if row else None

    def get(self, round: str) -> Kept:
        """One round.  Raises WrongUse."""
        kept = self.find(round)
        if kept is None:
            raise WrongUse(f'round {round[:40]!r} is not known here, expected one that "skyddsnat party status" lists')
        return kept

    def meet(self, round: str, spec: bytes, sha256: str, *, hub_state: str, at: datetime) -> None:
        """Keep a specification that waits for a person; it takes the place of a draft that the hub has replaced."""
        with self.transaction():
            kept = self.find(round)
            if kept is not None and kept.began:
                raise WrongUse(f"round {round} has begun, expected one that is still a draft")
            self._db.execute("DELETE FROM rounds WHERE round=?", [round])
            self._db.execute("DELETE FROM statements WHERE round=?", [round])  # about a specification that is no more
            self._db.execute(
                "INSERT INTO rounds(round, spec, sha256, seen_at, decision, hub_state) VALUES(?, ?, ?, ?, ?, ?)",
                [round, spec, sha256, at.isoformat(), Decision.WAITING, hub_state],
            )

    def decide(self, round: str, decision: Decision, *, sha256: str, by: str, at: datetime) -> None:
        """A person's word on exactly this specification.  Raises WrongUse when it has been replaced, or decided."""
        with self.transaction():
            kept = self.get(round)
            if kept.sha256 != sha256:
                raise WrongUse(f"the specification of {round} has just been replaced; look at it again with status")
            if kept.decision is not Decision.WAITING and not self._may_take_back(kept, decision):
                raise WrongUse(f"round {round} is {kept.decision} already, expected one that waits for a decision")
            self._set(round, decision=decision, decided_by=by, decided_at=at.isoformat())

    def _may_take_back(self, kept: Kept, decision: Decision) -> bool:
        """An approval may be taken back until the root is stored: from then on a result may come of it."""
        approved = kept.decision is Decision.APPROVED and not kept.over
        return approved and decision is Decision.DECLINED and self.used_root(kept.round) is None

    def see_state(self, round: str, hub_state: str) -> None:
        """What the hub says of the round."""
        if (kept := self.find(round)) and kept.hub_state != hub_state:
            self._set(round, hub_state=hub_state)

    def see_list(self, round: str, *, at: datetime) -> datetime:
        """When the list was first seen: now, or earlier."""
        with self.transaction():
            seen = self.get(round).list_seen_at
            if seen is None:
                self._set(round, list_seen_at=at.isoformat())
            return seen or at

    def see_transcript(self, round: str, *, entries: int, head: str) -> None:
        """How far the transcript was read, so that the next one must go on from there."""
        self._set(round, entries=entries, head=head)

    def refuse(self, round: str, code: str | None, line: str = "") -> bool:
        """Note what is not believed of a round now, None for nothing.  True if that is news."""
        before = self.refused(round)
        self.put_note(_REFUSED + round, {"code": code, "line": line} if code else None)
        return code is not None and (before or {}).get("code") != code

    def refused(self, round: str) -> Any:
        """`{"code", "line"}` of what is not believed now, or None."""
        return self.note(_REFUSED + round)

    def refusals(self) -> dict[str, Any]:
        """The same for every round for which there is one, also such as were never taken in."""
        return self._notes(_REFUSED)

    def tell_fault(self, part: str, line: str | None) -> bool:
        """Note what does not work now, None for nothing.  True if that is news."""
        before = self.note(_FAULT + part)
        self.put_note(_FAULT + part, {"line": line} if line else None)
        return line is not None and (before or {}).get("line") != line

    def faults(self) -> dict[str, Any]:
        """`{part: {"line"}}` of what does not work now."""
        return self._notes(_FAULT)

    def _notes(self, prefix: str) -> dict[str, Any]:
        rows = self._db.execute(
            "SELECT key, value FROM notes WHERE substr(key, 1, ?)=? ORDER BY key", [len(prefix), prefix]
        )
        return {key.removeprefix(prefix): orjson.loads(value) for key, value in rows.fetchall()}

    def count_attempt(self, round: str) -> int:
        """One more attempt begins.  Returns its number."""
        with self.transaction():
            number = self.get(round).attempts + 1
            self._set(round, attempts=number)
            return number

    def count_fault(self, round: str) -> int:
        """One more attempt failed by our own fault.  Returns how many."""
        with self.transaction():
            number = self.get(round).faults + 1
            self._set(round, faults=number)
            return number

    def end(self, round: str, why: str) -> None:
        """Nothing more is to be computed in this round."""
        with self.transaction():
            if not self.get(round).over:
                self._set(round, over=why)

    def use_root(self, round: str, root: str, *, at: datetime) -> str:
        """Store the root as the one that this round is computed on, for ever.  Returns the root that counts.

        The caller compares: another root than the one that was stored first is a second run, and never computed.
        """
        with self.transaction():
            self._db.execute("INSERT OR IGNORE INTO runs VALUES(?, ?, ?)", [round, root, at.isoformat()])
            return self.used_root(round) or ""

    def used_root(self, round: str) -> str | None:
        """The root that this round was computed on, or None."""
        row = self._db.execute("SELECT root FROM runs WHERE round=?", [round]).fetchone()
        return str(row[0]) if row else None

    def statement(self, round: str, kind: Kind) -> SignedStatement | None:
        """What this party has said already."""
        row = self._db.execute("SELECT document FROM statements WHERE round=? AND kind=?", [round, kind]).fetchone()
        return statement.read(orjson.loads(row[0])) if row else None

    def statements(self, round: str) -> list[SignedStatement]:
        """All that this party has said of a round, in the order in which it was said."""
        rows = self._db.execute("SELECT document FROM statements WHERE round=? ORDER BY rowid", [round]).fetchall()
        return [statement.read(orjson.loads(row[0])) for row in rows]

    def keep_statement(self, said: SignedStatement, *, at: datetime) -> SignedStatement:
        """Remember a statement before it is sent.  Returns the one that counts: a kind is said once."""
        with self.transaction():
            before = self.statement(said.statement.round, said.statement.kind)
            if before is not None:
                return before
            self._db.execute(
                "INSERT INTO statements VALUES(?, ?, ?, ?)",
                [said.statement.round, said.statement.kind, orjson.dumps(said.document()), at.isoformat()],
            )
            return said

    def note(self, key: str) -> Any:
        """A small fact, or None."""
        row = self._db.execute("SELECT value FROM notes WHERE key=?", [key]).fetchone()
        return orjson.loads(row[0]) if row else None

    def put_note(self, key: str, value: object) -> None:
        """Write a small fact; None removes it."""
        if self.note(key) == value:
            return
        if value is None:
            self._db.execute("DELETE FROM notes WHERE key=?", [key])
        else:
            self._db.execute("INSERT OR REPLACE INTO notes VALUES(?, ?)", [key, orjson.dumps(value).decode()])

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; joins one that is open already."""
        return transaction(self._db)

    def _set(self, round: str, **columns: object) -> None:
        names = ", ".join(f"{name}=?" for name in columns)
        self._db.execute(f"UPDATE rounds SET {names} WHERE round=?", [*columns.values(), round])  # noqa: S608


def _kept(row: tuple[Any, ...]) -> Kept:
    names = [name.strip() for name in _COLUMNS.split(",")]
    facts = dict(zip(names, row, strict=True))
    seen = facts.pop("list_seen_at")
    decision = Decision(facts.pop("decision"))
    return Kept(**facts, decision=decision, list_seen_at=datetime.fromisoformat(seen).astimezone(UTC) if seen else None)


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = open_durable(path)
        _migrate(connection)
    except OSError as error:
        raise PartyError(
            f"data_dir {path.parent} cannot be used ({type(error).__name__}), expected a folder that the party may write to"
        ) from error
    except sqlite3.DatabaseError as error:
        raise PartyError(
            f"{path} is damaged ({type(error).__name__}); call the coordinator before you move it away: "
            "it says which rounds were computed, and without it none may be computed again"
        ) from error
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            for part in SCHEMA.split(";\n"):
                connection.execute(part)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    if found > SCHEMA_VERSION:
        raise PartyError(f"party.sqlite has layout {found}, this program knows {SCHEMA_VERSION}; install the newer one")
