"""Processes of tests as forks of one that has loaded what they need: a start of its own costs up to a second of a core.

Whoever wants some names at its import what is to be loaded; there is one process that forks for all of a test process.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.programs import take_streams

FORKS = multiprocessing.get_context("forkserver")
_loaded: list[str] = []


def load(module: str) -> None:
    """Let what forks have loaded this too, beside what others need."""
    if module not in _loaded:
        _loaded.append(module)
        FORKS.set_forkserver_preload(_loaded)


class Program:
    """A program with its three streams, as `subprocess.Popen` has them, that is a fork."""

    def __init__(self, main: Callable[[], Any], *, folder: Path, environment: Mapping[str, str]) -> None:
        (typed, stdin), (stdout, said), (stderr, complained) = (FORKS.Pipe(duplex=False) for _ in range(3))
        theirs = (typed, said, complained)
        arguments = (main, folder, dict(environment), *theirs)
        self._process = FORKS.Process(target=_become, args=arguments, daemon=True)
        self._process.start()
        for end in theirs:
            end.close()
        self.stdin, self.stdout, self.stderr = _text(stdin, "w"), _text(stdout, "r"), _text(stderr, "r")

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code.  Raises TimeoutError when it does not end in time."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"the program did not end within {timeout} s")
        return self._process.exitcode


def _text(end: Connection, mode: str) -> Any:
    with end:
        return os.fdopen(os.dup(end.fileno()), mode, encoding="utf-8")


def _become(main: Callable[[], Any], folder: Path, environment: dict[str, str], *streams: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    take_streams([os.dup(stream.fileno()) for stream in streams])
    for stream in streams:
        stream.close()
    main()
