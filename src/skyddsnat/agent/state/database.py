"""The SQLite file.  synchronous=FULL: with NORMAL half of the acknowledged commits were lost in a simulated power cut
(reference/security.md "Durability")."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.agent.errors import AgentError

SCHEMA_VERSION = 1
WAIT_SECONDS = 20.0

SCHEMA = """
CREATE TABLE collections(
  id TEXT PRIMARY KEY, position INTEGER NOT NULL, seen_position INTEGER NOT NULL, seen_time INTEGER, heard_at INTEGER) STRICT;
CREATE TABLE indicators(
  collection TEXT NOT NULL, stix_id TEXT NOT NULL, version INTEGER NOT NULL, live INTEGER NOT NULL, name TEXT,
  scope TEXT NOT NULL, ceiling INTEGER NOT NULL, origin TEXT NOT NULL, fault TEXT NOT NULL, until INTEGER,
  said TEXT NOT NULL,
  PRIMARY KEY(collection, stix_id)) STRICT, WITHOUT ROWID;
CREATE TABLE lists(
  version TEXT PRIMARY KEY, status TEXT NOT NULL, compiled_at INTEGER NOT NULL, published_at INTEGER,
  approved INTEGER NOT NULL, entries BLOB NOT NULL, size INTEGER NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL,
  reasons TEXT NOT NULL, unknown_ceilings INTEGER NOT NULL, unreadable INTEGER NOT NULL, allow_conflicts INTEGER NOT NULL,
  decided_by TEXT) STRICT;
CREATE TABLE approvals(
  version TEXT NOT NULL, person TEXT NOT NULL, shown TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(version, person)) STRICT;
CREATE TABLE zones(
  role TEXT PRIMARY KEY, zone TEXT NOT NULL, size INTEGER NOT NULL, entries BLOB NOT NULL, policy TEXT NOT NULL,
  token TEXT NOT NULL, domain TEXT NOT NULL, serial INTEGER NOT NULL, file_sha256 TEXT NOT NULL, published_at INTEGER NOT NULL,
  seen_everywhere INTEGER NOT NULL) STRICT;
CREATE TABLE lifted(name TEXT PRIMARY KEY, reason TEXT NOT NULL, shown TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the file, readable by its owner alone.  Raises AgentError if it is damaged or from a newer agent."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        _migrate(connection)
    except OSError as error:
        raise AgentError(
            f"data_dir {path.parent} cannot be used ({type(error).__name__}), expected a folder that the agent may write to"
        ) from error
    except sqlite3.DatabaseError as error:
        raise AgentError(
            f"{path} is damaged ({type(error).__name__}); move it away and start again: the zones stay in force meanwhile, "
            "and the first list is guarded like any other"
        ) from error
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL.  SQLite does not wait by itself here while another command opens the file for the first time too."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _migrate(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise AgentError(
                f"state.sqlite has layout {found}, this agent knows {SCHEMA_VERSION}; install the newer agent again"
            )
        if found == 0:
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; joins a transaction that is open already."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
