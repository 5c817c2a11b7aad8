"""The database is there and cannot: its disk is full or read-only, its server is away or going down.

That is nobody's fault in the program, and it passes.  People and machines are told so (503, come back), nothing half is kept,
and what only notes that somebody was here is left out, so that reading goes on.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError

log = logging.getLogger(__name__)

COME_BACK = "30"
"""Seconds, as Retry-After."""

SQLITE_CODES = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY}
)
POSTGRESQL_CLASSES = ("08", "53", "57P", "58", "25006")
"""Connection, resources (a full disk too), shutdown, the system, read-only."""


def is_outage(error: BaseException | None) -> bool:
    """Whether the database could not, rather than would not."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)  # no word from a server: there was none to give it
    return str(state).startswith(POSTGRESQL_CLASSES)


@contextmanager
def spared() -> Iterator[None]:
    """Do a write that can be left out when the database cannot: when a token was last used, when a session was last seen."""
    try:
        yield
    except DatabaseError as error:
        if not is_outage(error):
            raise
        log.warning("a note of use was left out: the database cannot write (%s)", type(error.__cause__).__name__)
