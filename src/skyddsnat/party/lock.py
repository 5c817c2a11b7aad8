"""One running service a folder: two would answer for the same party."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.party.errors import Busy


@contextmanager
def running_lock(data_dir: Path) -> Iterator[None]:
    """Hold the lock while the service runs.  Raises Busy.  The system gives it back when the process dies, however it dies."""
    descriptor = os.open(data_dir / "running", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Busy(f"another skyddsnat party run works with {data_dir}, expected it to have ended") from None
    try:
        yield
    finally:
        os.close(descriptor)
