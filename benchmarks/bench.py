"""What every comparison works with: a folder, servers that are stopped whatever happens, two databases, progress on stderr."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from benchmarks.hub import Hub
from skyddsnat.demo.processes import Children
from tests.servers.postgres import SAFE, cluster

Database = Literal["sqlite", "postgresql"]
DATABASES: tuple[Database, ...] = ("sqlite", "postgresql")


@dataclass(slots=True)
class Bench:
    """One run of `make bench`."""

    folder: Path
    children: Children
    stack: ExitStack
    began: float = field(default_factory=time.monotonic)
    _cluster: str = ""
    _made: int = 0

    def tell(self, text: str) -> None:
        """Progress."""
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", file=sys.stderr, flush=True)

    def new_folder(self, name: str) -> Path:
        """An empty folder for one server."""
        self._made += 1
        folder = self.folder / f"{self._made}-{name}"
        folder.mkdir()
        return folder

    def hub(self, name: str, database: Database) -> Hub:
        """A hub of its own, with the cast in it and nothing else."""
        folder = self.new_folder(f"{name}-{database}")
        url, pids = f"sqlite:{folder / 'hub.sqlite'}", []
        if database == "postgresql":
            url, pids = self._new_database(f"bench_{self._made}")
        hub = Hub(folder, database, url, pids, self.children)
        hub.set_up()
        return hub

    def _new_database(self, name: str) -> tuple[str, list[int]]:
        self._cluster = self._cluster or self.stack.enter_context(cluster(SAFE))
        with psycopg.connect(self._cluster, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        socket = unquote(parse_qs(urlsplit(self._cluster).query)["host"][0])
        pid = int((Path(socket) / "data" / "postmaster.pid").read_text().split()[0])
        return self._cluster.replace("/postgres?", f"/{name}?"), [pid]


@contextmanager
def running() -> Iterator[Bench]:
    """A bench whose servers and files are gone afterwards."""
    work = Path("var/bench-work")
    work.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=work.absolute(), prefix="run-")))
        os.chmod(folder, 0o700)
        children = Children(folder / "logs")
        stack.callback(children.stop_all)
        yield Bench(folder, children, stack)
