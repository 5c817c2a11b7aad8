"""Lists as they lie in the database: a core once, and of each list that shares it only what it differs by.

Thirty lists of a million names are then one of them and thirty small differences, and a publish writes the newest of those.
A core is kept under the digest of its lines, which is looked at whenever it is read.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from typing import NamedTuple
from weakref import WeakValueDictionary

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.packing import listed, pack, unpack, unpack_text
from skyddsnat.policy.entries import Core, Entries
from skyddsnat.policy.sorted_lines import SortedLines

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

    def keep(self, entries: Entries) -> KeptSet:
        """Write the core if it is not there; returns what its list's own row is to hold."""
        digest = entries.core.digest
        if self._db.execute("SELECT 1 FROM cores WHERE digest=?", [digest]).fetchone() is None:
            self._db.execute(
                "INSERT INTO cores VALUES(?, ?)", [digest, zlib.compress(entries.core.lines.text, level=1)]
            )
        self._known[digest] = entries.core
        return KeptSet(digest, pack(entries.more), pack(entries.less) if entries.less else None)

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
        known = self._known.get(kept.core)
        lines = known.lines if known is not None else SortedLines.of_text(self._core_text(kept.core))
        less = unpack_text(kept.less).splitlines() if kept.less else ()
        return lines.changed(drop=less, add=unpack_text(kept.entries).splitlines()).text.decode()

    def forget_unused(self) -> None:
        """Drop cores that no list and no zone differs from any more."""
        self._db.execute(
            "DELETE FROM cores WHERE digest NOT IN (SELECT core FROM lists WHERE core IS NOT NULL"
            " UNION ALL SELECT core FROM zones WHERE core IS NOT NULL)"
        )

    def _core(self, digest: str) -> Core:
        known = self._known.get(digest)
        if known is None:
            text = self._core_text(digest)
            known = self._known[digest] = Core(listed(text.decode()), lines=SortedLines.of_text(text))
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
