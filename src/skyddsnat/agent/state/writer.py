"""Who has written indicators last, so that a process knows whether what it remembers of them is still so.

The file's own `data_version` rises with any command's note, and each would have a million indicators compiled again.  Who
writes without signing is found by the digest of all that is held (held.py), which goes by that number.
"""

from __future__ import annotations

import sqlite3
from uuid import uuid4

KEY = "written"
"""Of the note: the writer and how often it has written, as JSON."""


class Writer:
    """This process among the writers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._me = uuid4().hex
        self._times = 0
        self._others = ""

    def others(self) -> str:
        """What another writer has signed last: another text whenever one has written since."""
        row = self._db.execute("SELECT value FROM notes WHERE key=?", [KEY]).fetchone()
        if row is not None and self._me not in row[0]:
            self._others = row[0]
        return self._others

    def sign(self) -> None:
        """Say that this one writes, in the transaction in which it does.  A transaction that is rolled back signs nothing."""
        self.others()  # who came before is not forgotten
        self._times += 1
        self._db.execute(
            "INSERT INTO notes VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value",
            [KEY, f'["{self._me}", {self._times}]'],
        )
