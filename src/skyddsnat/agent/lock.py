"""One hand at a time on the zones: the running agent and a person's command take turns."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.agent.errors import Busy

RUNNING = "running"


@contextmanager
def agent_lock(data_dir: Path, *, wait_seconds: float = 60.0, name: str = "lock") -> Iterator[None]:
    """Hold the agent's lock.  Raises Busy if another command keeps it longer than the wait.

    name: RUNNING is the lock of the running agent, of which there is one; "lock" is taken for each change.
    """
    descriptor = os.open(data_dir / name, os.O_CREAT | os.O_RDWR, 0o600)
    until = time.monotonic() + wait_seconds
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Busy(_taken(data_dir) if name == RUNNING else _at_work(wait_seconds)) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _at_work(seconds: float) -> str:
    return (
        f"another skyddsnat agent command has been at work for {seconds:.0f} s, expected it to end; wait, or see what it does "
        "with status"
    )


def _taken(data_dir: Path) -> str:
    return (
        f"an agent runs with data_dir {data_dir} already, expected one for a folder; stop that one first, or give this one a "
        "data_dir and zones of its own"
    )
