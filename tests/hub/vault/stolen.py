"""What a thief of the database holds, and every form in which a secret could be found in it."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.db import connection


def loot(folder: Path) -> bytes:
    """The whole database as bytes: files on SQLite, what each table copies out on PostgreSQL."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return files(connection.connection, folder / "hub.sqlite")
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                parts += (bytes(some) for some in rows)
    return b"".join(parts)


def files(source: sqlite3.Connection, path: Path) -> bytes:
    """What lies on a disk beside a hub that runs: the database's file, and a -wal that holds the rows of half the tables."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    whole = sqlite3.connect(":memory:")
    whole.deserialize(source.serialize())
    target = sqlite3.connect(path, isolation_level=None)
    try:
        whole.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_autocheckpoint=0")
        tables = [name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in tables:  # each row is written once more, as it stands
            first = next(iter(target.execute(f'PRAGMA table_info("{name}")')), None)
            if first is not None and not name.startswith("sqlite_"):
                target.execute(f'UPDATE "{name}" SET "{first[1]}" = "{first[1]}"')  # noqa: S608
        beside = path.with_name(f"{path.name}-wal")
        found = path.read_bytes() + beside.read_bytes()
        assert beside.stat().st_size > 0, "the -wal holds rows too"
        return found
    finally:
        target.close()
        whole.close()


def dump(url: str, path: Path) -> bytes:
    """What pg_dump writes of a PostgreSQL that others see: a plain file, as a backup job leaves it behind."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    subprocess.run([programs[-1], "--dbname", url, "--file", path], check=True, capture_output=True)
    return path.read_bytes()


def forms(text: str) -> Iterator[bytes]:
    """The text as it is, in other cases, defanged, backwards, as puny code, JSON, hex, UTF-16 and base64 at its three places."""
    for one in {text, text.lower(), text.upper(), text.replace(".", "[.]"), text[::-1]}:
        raw = one.encode()
        yield raw
        yield raw.hex().encode()
        yield json.dumps(one)[1:-1].encode()
        yield one.encode("utf-16-le")
        for lead in range(3):
            whole = base64.b64encode(b"\0" * lead + raw)
            middle = whole[4 if lead else 0 : len(whole) - 4]
            if len(middle) >= 8:
                yield middle
                yield middle.translate(bytes.maketrans(b"+/", b"-_"))
    if not text.isascii() and " " not in text:
        yield ".".join(label.encode("idna").decode() for label in text.split(".")).encode()


def found_in(loot: bytes, secrets: Iterable[str]) -> list[str]:
    """Those of the secrets that stand in it in any form."""
    lowered = loot.lower()
    return [one for one in secrets if any(form in loot or form.lower() in lowered for form in forms(one))]


def cells() -> int:
    """How many rows the database has."""
    return sum(model._base_manager.count() for model in apps.get_models())
