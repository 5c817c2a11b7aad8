"""Two did the same at the same moment, and the database let one of them: a double click, two colleagues at one form.

Where it is likely, a service asks first and says what there is (`PolicyRefusal`).  What is left is the blink between asking and
writing.  Nothing of the second is kept, and the page as it now is shows what the first did.
"""

from __future__ import annotations

import sqlite3

from django.db import DatabaseError

SQLITE_CODES = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
POSTGRESQL_STATES = frozenset({"23505", "23P01", "40001", "40P01"})
"""A row that is there already, one that overlaps, an order that no serial one gives, two that wait for each other."""


def is_collision(error: BaseException | None) -> bool:
    """Whether the database let another go first."""
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) in SQLITE_CODES
    return getattr(cause, "sqlstate", None) in POSTGRESQL_STATES
