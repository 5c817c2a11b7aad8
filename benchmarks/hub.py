"""Our hub as it is deployed: `skyddsnat hub serve` on a database of its own, filled by programs that run beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.client import Taxii
from skyddsnat.demo.ports import free_port
from skyddsnat.demo.processes import SKYDDSNAT, ChildFailed, Children


@dataclass(slots=True)
class Hub:
    """A folder and a database.  pids: the database's own server.  facts: tokens, collections and sessions of the cast."""

    folder: Path
    database: str
    url: str
    pids: list[int]
    children: Children
    facts: dict[str, Any] = field(default_factory=dict)

    def set_up(self) -> None:
        """Tables, static files, keys, the cast."""
        self.facts = self.fill("set-up")

    @property
    def environment(self) -> dict[str, str]:
        """What every program on this database needs."""
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "SKYDDSNAT_SECRET_KEY": "only-for-this-run",
            "SKYDDSNAT_DATA": str(self.folder),
            "SKYDDSNAT_DATABASE": self.url,
            "PYTHONPATH": f"{Path('src').absolute()}{os.pathsep}{Path().absolute()}",
        }

    def fill(self, role: str, *arguments: object) -> Any:
        """Run a role of benchmarks.fill to its end; what it printed.  Raises ChildFailed with its complaint."""
        command = [sys.executable, "-m", "benchmarks.fill", role, *map(str, arguments)]
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ChildFailed(f"benchmarks.fill {role} ended with code {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])

    @contextmanager
    def served(self, *, workers: int = 2) -> Iterator[Served]:
        """Serve it.  Two workers are what the systemd unit starts."""
        port = free_port()
        command = [*SKYDDSNAT, "hub", "serve", "--data", str(self.folder)]
        command += ["--port", str(port), "--workers", str(workers)]
        child = self.children.start(f"hub-{self.folder.name}", command, env=self.environment)
        try:
            self.children.wait_until(child, lambda: _answers(port))
            yield Served(self, port, child.process.pid)
        finally:
            self.children.stop(child)


@dataclass(frozen=True, slots=True)
class Served:
    """A hub that answers.  pids: whose processor time it costs."""

    hub: Hub
    port: int
    pid: int

    @property
    def pids(self) -> list[int]:
        """The hub's processes and those of its database."""
        return [self.pid, *self.hub.pids]

    def reader(self, collection: str) -> Taxii:
        """A client of one collection: inbox, inform or verified."""
        facts = self.hub.facts
        path = f"/taxii2/skyddsnat/collections/{facts[collection]}/objects/"
        return Taxii(self.port, path, basic=("alfa", facts["token"]))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthy/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
