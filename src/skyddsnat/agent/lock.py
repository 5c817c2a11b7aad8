"""One hand at a time on the zones: the running agent and a person's command take turns."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.agent.errors import Busy


@contextmanager
def agent_lock(data_dir: Path, *, wait_seconds: float = 60.0, name: str = "lock") -> Iterator[None]:
    """Hold the agent's lock.  Raises Busy if another command keeps it longer than the wait.

    name: "running" is the lock of the running agent, of which there is one; "lock" is taken for each change.
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
                    raise Busy(
                        f"another skyddsnat agent command has been at work for {wait_seconds:.0f} s, expected it to end; "
                        "wait, or see what it does with status"
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)
