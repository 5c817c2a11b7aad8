"""The real hub on loopback: its own folder and database, granian with several workers, and programs that write beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyddsnat.demo.ports import free_port
from tests import prepared
from tests.programs import environment_of
from tests.servers import serving
from tests.servers.processes import answers, await_ready, stop

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and a database with the cast in it.  facts: what `tests.hub.feed.race set-up` told of it."""

    folder: Path
    environment: dict[str, str]
    racers: Racers
    facts: dict[str, Any]

    def program(self, *arguments: object) -> Racer:
        """Start a role of tests.hub.feed.race on this database."""
        return self.racers.start(*arguments)

    def arrive(self, name: str) -> None:
        """Say that someone is there for whom the writers wait."""
        line = self.folder / "start"
        line.mkdir(exist_ok=True)
        (line / name).touch()


@dataclass(slots=True)
class Racers:
    """The process that forks those who race."""

    folder: Path
    process: subprocess.Popen[str]
    started: int = 0

    def start(self, *arguments: object) -> Racer:
        self.started += 1
        racer = Racer(self.folder / f"racer-{self.started}.json")
        assert self.process.stdin
        self.process.stdin.write(json.dumps([str(racer.file), *map(str, arguments)]) + "\n")
        self.process.stdin.flush()
        return racer


@dataclass(frozen=True, slots=True)
class Racer:
    """A program that tells in a file what came of it."""

    file: Path

    def poll(self) -> int | None:
        """None as long as it runs."""
        return 0 if self.file.exists() else None


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
        environment = environment_of(folder, database)
        if database is None:
            prepared.lay(folder / "hub.sqlite")
        else:
            prepared.lay_postgres(database)
        with _racers(folder, environment) as racers:
            yield Place(folder, environment, racers, result_of(racers.start("set-up")))


@contextmanager
def live_hub(where: Place, *, workers: int = 3) -> Iterator[LiveHub]:
    """Serve the place."""
    port, log = free_port(), where.folder / "hub.log"
    process = serving.start(where.environment, port, workers=workers, threads=2, log=log)
    url = f"http://127.0.0.1:{port}"
    try:
        await_ready(process, lambda: answers(f"{url}/healthy/"), log=log)
        yield LiveHub(url, where)
    finally:
        stop(process)


def result_of(racer: Racer) -> Any:
    """Wait for a program and give what it told; fails with its complaint."""
    until = time.monotonic() + 300
    while racer.poll() is None:
        assert time.monotonic() < until, "nothing was told within 300 s"
        time.sleep(0.02)
    told = json.loads(racer.file.read_text(encoding="utf-8"))
    assert "result" in told, told["complaint"]
    return told["result"]


@contextmanager
def _racers(folder: Path, environment: dict[str, str]) -> Iterator[Racers]:
    command = [sys.executable, "-m", "tests.hub.feed.race"]
    process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdin=subprocess.PIPE, text=True)
    try:
        yield Racers(folder, process)
    finally:
        process.communicate(timeout=300)
