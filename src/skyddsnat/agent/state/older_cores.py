"""Cores that an agent before layout 9 kept: each whole, under the SHA-256 of its lines.

They are cut into parts when such a memory is opened for the first time; what the lists say does not change.
"""

from __future__ import annotations

import hashlib
import sqlite3

from skyddsnat.agent.state.packing import unpacked
from skyddsnat.agent.state.sets import KeptSets, damaged
from skyddsnat.policy.entries import Core, Entries, part_of
from skyddsnat.policy.parts import Parts


def cut_cores(connection: sqlite3.Connection) -> None:
    """Put each whole core in the place where cores lie now.  Raises AgentError if one is damaged."""
    sets = KeptSets(connection)
    for before, blob in connection.execute("SELECT digest, entries FROM whole_cores").fetchall():
        text = unpacked(blob)
        if text is None or hashlib.sha256(text).hexdigest() != before:
            raise damaged()
        whole = Core(parts=Parts(text.decode().split("\n") if text else (), of=part_of))
        now = sets.keep(Entries.beside(whole)).core
        for table in ("lists", "zones"):
            connection.execute(f"UPDATE {table} SET core=? WHERE core=?", [now, before])  # noqa: S608
    connection.execute("DROP TABLE whole_cores")
