"""Other TAXII 2.1 servers, each run as its makers ship it, in an environment of their own (.venv-bench)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Taxii
from skyddsnat.demo.processes import ChildFailed

ENVIRONMENT = Path(".venv-bench").absolute()


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that answers.  how: version, server, storage, for whoever reads the figures."""

    name: str
    how: str
    port: int
    pid: int

    @property
    def pids(self) -> list[int]:
        """Whose processor time it costs."""
        return [self.pid]


def program(name: str) -> str:
    """A program of the other environment.  Raises ChildFailed when it is not there."""
    path = ENVIRONMENT / "bin" / name
    if not path.exists():
        raise ChildFailed(f"{path} is not there, expected the other servers' environment; run: make bench")
    return str(path)


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def closing(taxii: Taxii) -> Iterator[Taxii]:
    """The client, for as long as it is needed."""
    try:
        yield taxii
    finally:
        taxii.close()
