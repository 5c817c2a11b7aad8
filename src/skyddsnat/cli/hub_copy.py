"""A copy of the hub's database and its way back, on both databases.  Needs Django to be set up."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from skyddsnat import __version__
from skyddsnat.cli.hub_state import pending_migrations
from skyddsnat.hub.feed.keys import load_key
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.vault.errors import CannotOpen
from skyddsnat.hub.vault.fields import Sealed
from skyddsnat.protocols.feedhead import FORMAT, public_key_text, set_digest

SIDE = ".json"
PERIODS = "what happened after {at} is gone: do it again, above all withdrawals, and tell each operator (docs/hub.md)"
REOPENED = "access that was closed since is open again: go through people and tokens; everyone was signed out"
OTHER_KEY = "feed.key is not the one of the backup: every agent holds until its engineer has pinned the new one"
OLDER = "the backup is of an older release; run: skyddsnat hub migrate"

Rows = Callable[[str], list[tuple[Any, ...]]]


class Unfit(Exception):
    """A copy cannot be made or brought back.  The message says what was got, what was expected and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What must come back.  feeds: by collection, its last position and the count and digests of its live set."""

    at: str
    release: str
    database: str
    bytes: int
    sha256: str
    migrations: int
    entries: int
    feed_key: str
    feeds: dict[str, dict[str, Any]]


def take(target: Path, *, now: datetime) -> Facts:
    """Write a copy and what it holds.  Nothing is left under the target's name unless the copy was checked.  Raises Unfit."""
    side = target.with_name(target.name + SIDE)
    for path in (target, side):
        if path.exists():
            raise Unfit(f"{path} is there already, expected a new file; choose another name")
    if not target.parent.is_dir():
        raise Unfit(f"{target.parent} is no folder, expected one that is there; make it first")
    beside = target.with_name(f".{target.name}.new")
    try:
        held = _take_sqlite(beside) if connection.vendor == "sqlite" else _take_postgresql(beside)
        facts = Facts(
            at=now.isoformat(timespec="seconds"),
            release=__version__,
            database=connection.vendor,
            bytes=beside.stat().st_size,
            sha256=_sha256(beside),
            feed_key=_feed_key(),
            **held,
        )
        beside.replace(target)
        _write(side, json.dumps(asdict(facts), indent=1, ensure_ascii=False) + "\n")
    except (OSError, sqlite3.Error) as error:
        raise Unfit(
            f"{target} could not be written ({error}), expected room and rights; nothing was left behind"
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return facts


def bring_back(file: Path) -> tuple[Facts, list[str]]:
    """Restore into an empty place and prove it.  Returns the backup's facts and what the operator must know.  Raises Unfit."""
    facts = _read(file)
    if facts.database != connection.vendor:
        raise Unfit(
            f"the backup is of {facts.database} and this hub is on {connection.vendor}, expected the same; "
            "see SKYDDSNAT_DATABASE in hub.env"
        )
    if facts.sha256 != _sha256(file):
        raise Unfit(
            f"{file} is not the file that was written then, expected its SHA-256 to be {facts.sha256}; take another"
        )
    (_bring_sqlite if connection.vendor == "sqlite" else _bring_postgresql)(file)
    with _rows_here() as rows:
        held = _held(rows)
    wrong = sorted(key for key, value in held.items() if value != getattr(facts, key))
    if "feeds" in wrong and _alike(facts.feeds, held["feeds"]):
        wrong.remove("feeds")
    if wrong:
        raise Unfit(f"what came back differs from the backup in {', '.join(wrong)}, expected the same; do not serve it")
    if _from_a_newer_release():
        raise Unfit(
            f"the backup is of release {facts.release}, newer than this {__version__}; install it before you serve this"
        )
    warnings = [PERIODS.format(at=facts.at), REOPENED]
    warnings += [OTHER_KEY] if _feed_key() != facts.feed_key else []
    if pending_migrations():
        warnings.append(OLDER)
    else:
        _note(facts)
    return facts, warnings


def _take_sqlite(beside: Path) -> dict[str, Any]:
    """By SQLite's own backup: a copied file would miss what stands in the write-ahead log."""
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection.ensure_connection()
    with sqlite3.connect(beside) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _check(copy)
        held = _held(lambda query: copy.execute(query).fetchall())
    copy.close()
    _sync(beside)
    return held


def _take_postgresql(beside: Path) -> dict[str, Any]:
    """By pg_dump, of the very snapshot that is looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _postgresql("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={beside}")
        held = _held(_reader(cursor))
    beside.chmod(0o600)
    _sync(beside)
    return held


def _bring_sqlite(file: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    if target.exists() and target.stat().st_size:
        raise Unfit(
            f"{target} is there already, expected no database; move it away, with its -wal and -shm, if it is the old one"
        )
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    shutil.copyfile(file, beside)
    beside.chmod(0o600)
    with sqlite3.connect(beside) as copy:
        _check(copy)
    copy.close()
    _sync(beside)
    beside.replace(target)
    _sync(target.parent)


def _bring_postgresql(file: Path) -> None:
    if connection.introspection.table_names():
        raise Unfit("the database has tables already, expected an empty one; make a new one and name it in hub.env")
    connection.close()
    _postgresql("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", file)


def _postgresql(program: str, *arguments: object) -> None:
    found = shutil.which(program) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        raise Unfit(
            f"{program} was not found, expected PostgreSQL's programs on this machine; install postgresql-client"
        )
    where = connection.settings_dict
    place = {"PGHOST": where["HOST"], "PGPORT": where["PORT"], "PGUSER": where["USER"], "PGPASSWORD": where["PASSWORD"]}
    database = [f"--dbname={where['NAME']}"]
    done = subprocess.run(
        [str(found), *database, *map(str, arguments)],
        env={**os.environ, **{name: str(value) for name, value in place.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise Unfit(f"{program} ended with {done.returncode} ({told}), expected 0; put that right and try again")


def _held(rows: Rows) -> dict[str, Any]:
    """What a database holds, told the same by both: digests of every feed, entries of the log, migrations."""
    opener, feeds = ObjectVersion._meta.get_field("said").opener(), {}

    def said(cell: Any, added: int) -> str:
        """What a row says, opened; releases before the vault kept it as text."""
        try:
            return cell if isinstance(cell, str) else opener(Sealed(bytes(cell)), added)
        except CannotOpen as error:
            raise Unfit(
                "vault.keys does not open this database, expected the keys it was sealed with; put them back"
            ) from error

    for (key,) in rows("SELECT id FROM feed_collection ORDER BY id"):
        mine = f"FROM feed_objectversion WHERE collection_id = '{key}'"
        cells = rows(
            f"SELECT stix_id, version, said, added {mine} AND superseded IS NULL AND NOT revoked AND type = 'indicator'"
        )
        live = set_digest((stix_id, version, said(cell, added)) for stix_id, version, cell, added in cells)
        ((position,),) = rows(f"SELECT COALESCE(MAX(added), 0) {mine}")
        feeds[str(key).replace("-", "")] = {"format": FORMAT, "position": position, **asdict(live)}
    ((entries,),) = rows("SELECT COUNT(*) FROM audit_entry")
    ((migrations,),) = rows("SELECT COUNT(*) FROM django_migrations")
    return {"feeds": feeds, "entries": entries, "migrations": migrations}


def _alike(told: dict[str, dict[str, Any]], held: dict[str, dict[str, Any]]) -> bool:
    """Whether feeds that an earlier release told by digests of another format are the same, by position and count; what they say
    was in the file, whose SHA-256 was looked at."""

    def places(feeds: dict[str, dict[str, Any]]) -> dict[str, tuple[object, object]]:
        return {key: (feed["position"], feed["count"]) for key, feed in feeds.items()}

    return all(feed.get("format") != FORMAT for feed in told.values()) and places(told) == places(held)


@contextmanager
def _rows_here() -> Iterator[Rows]:
    with connection.cursor() as cursor:
        yield _reader(cursor)


def _reader(cursor: Any) -> Rows:
    def rows(query: str) -> list[tuple[Any, ...]]:
        cursor.execute(query)
        return list(cursor.fetchall())

    return rows


def _note(facts: Facts) -> None:
    """The log tells that the hub came back, and as of when; old sessions open nothing."""
    from django.contrib.sessions.models import Session

    from skyddsnat.hub.audit.services import record
    from skyddsnat.hub.members.actor import HUB

    with transaction.atomic():
        Session.objects.all().delete()
        record(HUB, "hub.restored", kind="coalition", object_id=facts.sha256, backup_of=facts.at)


def _from_a_newer_release() -> bool:
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | {key for node in loader.replacements.values() for key in node.replaces}
    return any(key not in known and key[0] in loader.migrated_apps for key in loader.applied_migrations)


def _check(copy: sqlite3.Connection) -> None:
    found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok" or copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Unfit(
            f"the copy is damaged ({found}), expected a whole database; look at the disk, and keep older backups"
        )


def _read(file: Path) -> Facts:
    side = file.with_name(file.name + SIDE)
    try:
        return Facts(**json.loads(side.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Unfit(f"{side} cannot be read, expected it beside the backup, as `hub backup` wrote it") from error


def _feed_key() -> str:
    try:
        return public_key_text(load_key(settings.FEED_KEY_FILE))
    except ImproperlyConfigured:
        return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    _sync(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
