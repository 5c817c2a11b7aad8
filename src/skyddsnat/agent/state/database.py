"""The SQLite file.  synchronous=FULL: with NORMAL half of the acknowledged commits were lost in a simulated power cut
(reference/security.md "Durability")."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.older_cores import cut_cores
from skyddsnat.agent.state.versions import renew_versions
from skyddsnat.site.database import open_durable, transaction
from skyddsnat.site.errors import to_do, why

SCHEMA_VERSION = 10

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

DAYS = """
CREATE TABLE days(
  day TEXT PRIMARY KEY, looks INTEGER NOT NULL, resolvers INTEGER NOT NULL, current INTEGER NOT NULL,
  canaries INTEGER NOT NULL, answered INTEGER NOT NULL) STRICT;
"""

COURSES = """
ALTER TABLE lists ADD COLUMN phase TEXT NOT NULL DEFAULT 'canary';
ALTER TABLE lists ADD COLUMN observed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lists ADD COLUMN mixed_scripts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lists ADD COLUMN url_as_domain INTEGER NOT NULL DEFAULT 0;
UPDATE lists SET phase='held' WHERE status IN ('held', 'rejected', 'lapsed');
ALTER TABLE days ADD COLUMN timed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE days ADD COLUMN timely INTEGER NOT NULL DEFAULT 0;
CREATE TABLE updates(at INTEGER NOT NULL, kind TEXT NOT NULL, seconds REAL NOT NULL) STRICT;
CREATE INDEX updates_by_time ON updates(at);
INSERT INTO notes VALUES('timed_since', '"' || date('now') || '"');
"""

DIGESTS = """
ALTER TABLE indicators ADD COLUMN digest TEXT;
DELETE FROM indicators WHERE name IS NULL AND fault != 'url_as_domain';
UPDATE collections SET position=0;
CREATE INDEX hashes ON indicators(collection, ceiling, version) WHERE digest IS NOT NULL AND live=1
"""
"""URLs and hashes used to be read over.  What was kept without a name is fetched once more, so that they are known now."""

OBSERVING = """
ALTER TABLE days ADD COLUMN observed INTEGER
"""
"""Of the days before, nobody knows."""

PASSED = "ALTER TABLE zones ADD COLUMN passed BLOB"

CORES = """
CREATE TABLE cores(digest TEXT PRIMARY KEY, entries BLOB NOT NULL) STRICT;
ALTER TABLE lists ADD COLUMN core TEXT;
ALTER TABLE lists ADD COLUMN less BLOB;
ALTER TABLE zones ADD COLUMN core TEXT;
ALTER TABLE zones ADD COLUMN less BLOB;
CREATE INDEX left_out ON indicators(collection, fault) WHERE fault != ''
"""
"""What was kept before is whole, and is told by its own row alone."""

CORES_IN_PARTS = """
ALTER TABLE cores RENAME TO whole_cores;
CREATE TABLE cores(digest TEXT PRIMARY KEY, rows BLOB NOT NULL, urls INTEGER NOT NULL) STRICT;
CREATE TABLE core_parts(core TEXT NOT NULL, part TEXT NOT NULL, lines BLOB NOT NULL, PRIMARY KEY(core, part)) STRICT
"""
"""What lies there whole is cut into parts by `older_cores.py`."""

STEPS_OF_LISTS = """
CREATE TABLE steps(at INTEGER NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL, approved INTEGER NOT NULL) STRICT;
CREATE INDEX steps_by_time ON steps(at);
INSERT INTO steps SELECT published_at, added, removed, approved FROM lists WHERE published_at IS NOT NULL
"""
"""What each list brought stood on the list alone, and went when thirty more had come or it came again."""

STEPS = (SCHEMA, DAYS, COURSES, DIGESTS, OBSERVING, PASSED, CORES, "", CORES_IN_PARTS, STEPS_OF_LISTS)
"""What each layout adds to the one before it, from 1; layout 8 works versions out anew (`versions.py`)."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the file, readable by its owner alone.  Raises AgentError if it is damaged or from a newer agent."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = open_durable(path)
        _migrate(connection)
    except OSError as error:
        raise AgentError(
            f"data_dir {path.parent} cannot be used ({why(error)}), expected a folder that the agent may write to; "
            + to_do(error, "change data_dir, or make room for that folder")
        ) from error
    except sqlite3.DatabaseError as error:
        raise AgentError(
            f"{path} is damaged ({type(error).__name__}); move it away and start again: the zones stay in force meanwhile, "
            "and the first list is guarded like any other"
        ) from error
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise AgentError(
                f"state.sqlite has layout {found}, this agent knows {SCHEMA_VERSION}; install the newer agent again"
            )
        if found < SCHEMA_VERSION:
            for step in STEPS[found:]:
                for statement in step.split(";\n"):
                    connection.execute(statement)
            if found < 9:
                cut_cores(connection)
            if found < 8:
                renew_versions(connection)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
