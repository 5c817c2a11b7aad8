"""Lists as they lie in the database: a core once, and of each list that shares it only what it differs by.

Thirty lists of a million names are then one of them and thirty small differences, and a publish writes the newest of those.
A core lies there in the parts of its digest (policy/parts.py), under the digest of their rows: a command that asks for one name
reads the part in which it would stand.  Rows and parts are looked at whenever they are read.
"""

from __future__ import annotations

import hashlib
import sqlite3
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.packing import pack, packed, unpack, unpack_text, unpacked
from skyddsnat.policy.entries import NOTHING, Core, Entries, part_of
from skyddsnat.policy.parts import Parts, fits

COLUMNS = "core, entries, less"


class KeptSet(NamedTuple):
    """The columns.  core: a digest, or None where `entries` is the whole list, as agents wrote it before layout 7."""

    core: str | None
    entries: bytes
    less: bytes | None


class KeptSets:
    """Cores, and lists beside them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._known: WeakValueDictionary[str, Core] = WeakValueDictionary()
        self._names: WeakKeyDictionary[Core, str] = WeakKeyDictionary()

    def keep(self, entries: Entries) -> KeptSet:
        """Write the core if it is not there; returns what its list's own row is to hold."""
        more, less = pack(entries.more), pack(entries.less) if entries.less else None
        return KeptSet(self._kept(entries.core), more, less)

    def _kept(self, core: Core) -> str:
        """The core's name; it is in the database from now on."""
        digest = self._names.get(core)
        if digest is None or self._db.execute("SELECT 1 FROM cores WHERE digest=?", [digest]).fetchone() is None:
            parts = core.parts
            digest = parts.digest()
            if self._db.execute(
                "INSERT OR IGNORE INTO cores VALUES(?, ?, ?)", [digest, packed(parts.rows().encode()), len(core.urls)]
            ).rowcount:
                self._db.executemany(
                    "INSERT INTO core_parts VALUES(?, ?, ?)",
                    ((digest, part, packed(parts.text(part).encode())) for part in parts.names),
                )
            self._know(digest, core)
        return digest

    def _know(self, digest: str, core: Core) -> None:
        self._known[digest], self._names[core] = core, digest

    def entries(self, kept: KeptSet) -> Entries:
        """The list again.  Raises AgentError if its core is damaged."""
        more = unpack(kept.entries)
        if kept.core is None:
            return Entries(more)
        return Entries.beside(self._core(kept.core), more=more, less=unpack(kept.less) if kept.less else frozenset())

    def text(self, kept: KeptSet) -> str:
        """The same as lines `name scope` in order.  Raises AgentError if its core is damaged."""
        if kept.core is None:
            return unpack_text(kept.entries)
        core, gone = self._core(kept.core), frozenset(unpack_text(kept.less).splitlines() if kept.less else ())
        lines = [line for line in core.parts if line not in gone] + unpack_text(kept.entries).splitlines()
        return "\n".join(sorted(lines))

    def forget_unused(self) -> None:
        """Drop cores that no list and no zone differs from any more."""
        unused = self._db.execute(
            "SELECT digest FROM cores WHERE digest NOT IN (SELECT core FROM lists WHERE core IS NOT NULL"
            " UNION ALL SELECT core FROM zones WHERE core IS NOT NULL)"
        ).fetchall()
        self._db.executemany("DELETE FROM core_parts WHERE core=?", unused)
        self._db.executemany("DELETE FROM cores WHERE digest=?", unused)

    def _core(self, digest: str) -> Core:
        known = self._known.get(digest)
        if known is None:
            row = self._db.execute("SELECT rows, urls FROM cores WHERE digest=?", [digest]).fetchone()
            rows = unpacked(row[0]) if row else None
            if rows is None or hashlib.sha256(rows).hexdigest() != digest:
                raise damaged()
            parts = Parts.kept(rows.decode(), of=part_of, read=partial(self._part, digest))
            known = Core(parts=parts, urls=None if row[1] else NOTHING)
            self._know(digest, known)
        return known

    def _part(self, digest: str, part: str, row: str) -> str:
        """The text of a part, which is the one that its row tells of."""
        found = self._db.execute("SELECT lines FROM core_parts WHERE core=? AND part=?", [digest, part]).fetchone()
        text = unpacked(found[0]) if found else None
        if text is None or not fits(text, row):
            raise damaged()
        return text.decode()


def damaged() -> AgentError:
    """What lies there is not what was written."""
    return AgentError(
        "state.sqlite is damaged: a list in it is not the one that was written; move it away and start again: the zones "
        "stay in force meanwhile, and the first list is guarded like any other"
    )
