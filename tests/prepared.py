"""A database with every migration applied, made once and then copied: migrating costs two seconds of a core each time.

On SQLite it is a file under var, named after the migrations that made it, so that the next run has it too; on PostgreSQL it is a
database of the run's own cluster, and a script under var for the clusters of single tests.  That migrating works is proven
where it is the subject: tests/cli, tests/survival, tests/demo.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.programs import FINDS_US, start_django

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "prepared"
HUB = ROOT / "src" / "skyddsnat" / "hub"
NAME = "prepared"
"""The database in a cluster that the others are copied from."""


def lay(file: Path) -> None:
    """Put a copy where there is no database yet; whoever serves it still calls `migrate`, which makes the proof of its keys."""
    shutil.copyfile(prepared_file(), file)


def lay_postgres(url: str) -> None:
    """The same in an empty PostgreSQL database, whatever cluster it is of."""
    script = _made_once(".sql", _script_of_a_new_cluster)
    _program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", script, url)


def prepared_file() -> Path:
    """The migrated SQLite file."""
    return _made_once(".sqlite", _file)


def _made_once(kind: str, make: Callable[[Path], None]) -> Path:
    """What stands under var for these migrations; the first of several processes makes it."""
    found = FOLDER / f"{fingerprint()}{kind}"
    if found.exists():
        return found
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"lock-{kind[1:]}").open("w") as lock, tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            made = Path(folder) / f"made{kind}"
            make(made)
            for older in FOLDER.glob(f"*{kind}"):
                older.unlink()
            os.replace(made, found)
    return found


def _file(made: Path) -> None:
    whole = made.with_suffix(".whole")
    _finish(_migrate(f"sqlite:{whole}"))
    with closing(sqlite3.connect(whole)) as database:
        database.execute("VACUUM INTO ?", [str(made)])


def _script_of_a_new_cluster(made: Path) -> None:
    from tests.servers.postgres import cluster

    with cluster() as url:
        _finish(_migrate(url))
        _dump(url, made)


def _dump(url: str, made: Path) -> None:
    _program("pg_dump", "--no-owner", "-f", made, url)


def _program(name: str, *arguments: object) -> None:
    """One of PostgreSQL's own programs for clients.  Raises CalledProcessError."""
    from tests.servers.postgres import find_programs

    subprocess.run([str(find_programs() / name), *map(str, arguments)], check=True)


def fingerprint() -> str:
    """Of all that decides what an empty database looks like: the hub's migrations and models, and the libraries' versions."""
    parts = [*HUB.rglob("migrations/*.py"), *HUB.rglob("models.py"), *HUB.rglob("models/*.py")]
    parts += [
        HUB / "drawn_alone.py",
        HUB / "settings" / "base.py",
        HUB / "settings" / "env.py",
        ROOT / "requirements" / "hub.txt",
    ]
    total = hashlib.sha256()
    for part in sorted(parts):
        total.update(f"{part.relative_to(ROOT)}\0".encode() + part.read_bytes())
    return total.hexdigest()[:16]


def prepare_cluster(url: str) -> None:
    """Make the database NAME beside the one that url names; the SQLite file is made at the same time, by the other core."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}")
    there = url.replace("/postgres?", f"/{NAME}?")
    making = _migrate(there)
    prepared_file()
    _finish(making)
    _made_once(".sql", lambda made: _dump(there, made))


def _finish(making: subprocess.Popen[bytes]) -> None:
    """Wait for it.  Half a database would fail every test for a reason that none of them tells."""
    if code := making.wait():
        raise RuntimeError(f"migrating an empty database ended with code {code}, expected 0; what it said stands above")


def _migrate(url: str) -> subprocess.Popen[bytes]:
    told = {"SKYDDSNAT_DATABASE": url, "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.test", **FINDS_US}
    return subprocess.Popen([sys.executable, "-m", "tests.prepared"], env={**os.environ, **told}, cwd=ROOT)


def use() -> None:
    """Let the databases of this test process be copies."""
    from django.db import connection
    from django.db.backends.signals import connection_created

    if connection.vendor == "sqlite":
        connection_created.connect(fill_memory, dispatch_uid="prepared")
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = template(connection.settings_dict)


def template(where: dict[str, Any]) -> str | None:
    """The prepared database in this cluster; None where nobody made one."""
    import psycopg

    asked = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    with psycopg.connect(dbname="postgres", **asked) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE datname = %s", [NAME]).fetchone()
    return found[0] if found else None


def fill_memory(connection: Any, **_: object) -> None:
    """Copy the prepared tables into a database in memory that has none yet; any other is let be."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return
    if connection.connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        with closing(sqlite3.connect(prepared_file())) as source:
            source.backup(connection.connection)


def main() -> None:
    """Migrate the database that SKYDDSNAT_DATABASE names, and leave no proof of this process's keys in it."""
    start_django()
    from django.core.management import call_command

    from skyddsnat.hub.vault.models import Key

    call_command("migrate", verbosity=0)
    Key.objects.all().delete()


if __name__ == "__main__":
    main()
