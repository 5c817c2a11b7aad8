"""Lists as they lie in the database: a core once, and of each list that shares it only what it differs by.

Thirty lists of a million names are then one of them and thirty small differences, and a publish writes the newest of those.
A core is kept under the digest of its lines, which is looked at whenever it is read.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.packing import in_order, listed, pack, packed, unpack, unpack_text
from skyddsnat.policy.entries import Core, Entries

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
            text = in_order(core.entries)
            digest = hashlib.sha256(text).hexdigest()
            self._db.execute("INSERT OR IGNORE INTO cores VALUES(?, ?)", [digest, packed(text)])
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
        """The same as lines `name scope` in order."""
        if kept.core is None:
            return unpack_text(kept.entries)
        text = self._core_text(kept.core).decode()
        more, less = unpack_text(kept.entries).splitlines(), unpack_text(kept.less).splitlines() if kept.less else []
        if not more and not less:
            return text
        gone = frozenset(less)
        return "\n".join(sorted([line for line in text.splitlines() if line not in gone] + more))

    def forget_unused(self) -> None:
        """Drop cores that no list and no zone differs from any more."""
        self._db.execute(
            "DELETE FROM cores WHERE digest NOT IN (SELECT core FROM lists WHERE core IS NOT NULL"
            " UNION ALL SELECT core FROM zones WHERE core IS NOT NULL)"
        )

    def _core(self, digest: str) -> Core:
        known = self._known.get(digest)
        if known is None:
            known = Core(listed(self._core_text(digest).decode()))
            self._know(digest, known)
        return known

    def _core_text(self, digest: str) -> bytes:
        row = self._db.execute("SELECT entries FROM cores WHERE digest=?", [digest]).fetchone()
        text = _unpacked(row[0]) if row else None
        if text is None or hashlib.sha256(text).hexdigest() != digest:
            raise AgentError(
                "state.sqlite is damaged: a list in it is not the one that was written; move it away and start again: the zones "
                "stay in force meanwhile, and the first list is guarded like any other"
            )
        return text


def _unpacked(blob: bytes) -> bytes | None:
    try:
        return zlib.decompress(blob)
    except zlib.error:
        return None
