"""The real hub on loopback: its own folder and database, granian with several workers, and programs that write beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyddsnat.demo.ports import free_port
from tests import prepared
from tests.servers.processes import await_ready, stop

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and a database with the cast in it.  facts: what `tests.hub.feed.race set-up` told of it."""

    folder: Path
    environment: dict[str, str]
    facts: dict[str, Any]

    def program(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a role of tests.hub.feed.race on this database."""
        return _race(self.environment, *arguments)


@dataclass(frozen=True, slots=True)
class LiveHub:
    """A hub that answers at url."""

    url: str
    place: Place


@contextmanager
def place(database: str | None = None) -> Iterator[Place]:
    """A fresh database with the cast: a SQLite file, or the empty PostgreSQL database that `database` names."""
    with tempfile.TemporaryDirectory(prefix="skyddsnat-hub-") as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}",
            "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.demo",
            "SKYDDSNAT_SECRET_KEY": "only-for-this-run",
            "SKYDDSNAT_DATA": name,
            "SKYDDSNAT_DATABASE": database or f"sqlite:{folder / 'hub.sqlite'}",
        }
        if database is None:
            prepared.lay(folder / "hub.sqlite")
        else:
            prepared.lay_postgres(database)
        yield Place(folder, environment, result_of(_race(environment, "set-up")))


@contextmanager
def live_hub(where: Place, *, workers: int = 3) -> Iterator[LiveHub]:
    """Serve the place."""
    port, log = free_port(), where.folder / "hub.log"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "2", "--no-ws", "skyddsnat.hub.wsgi:application"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=where.environment, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        await_ready(process, lambda: _answers(f"{url}/taxii2/"), log=log)
        yield LiveHub(url, where)
    finally:
        stop(process)


def result_of(process: subprocess.Popen[str]) -> Any:
    """Wait for a program and give the JSON that it printed; fails with its complaint."""
    output, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint
    return json.loads(output)


def _race(environment: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hub.feed.race", *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (loopback)
            return True
    except urllib.error.HTTPError:
        return True  # 401: it is up
    except OSError:
        return False
