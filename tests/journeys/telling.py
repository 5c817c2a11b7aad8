"""How the process with the journeys tells the others of its run that they go on, and in which folder their demo has ended."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 3600.0
"""Seconds until the journeys must be over: they begin first, and a slow machine takes long for them."""


@contextmanager
def going_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Show the run's other processes that the journeys go on: by a lock, which a process that dies lets go of too."""
    sign = _sign(tmp_path_factory)
    with sign.with_suffix(".part").open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)  # a lock of this process alone: what it forks does not hold it
        sign.with_suffix(".part").replace(sign)
        yield


def tell(tmp_path_factory: pytest.TempPathFactory, data: Path) -> None:
    """Say in which folder the journeys' demo has ended."""
    told = _told(tmp_path_factory)
    part = told.with_suffix(".part")
    part.write_text(str(data), encoding="utf-8")
    part.replace(told)


def await_told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the journeys' demo, which another process of this run has been told to run."""
    told, sign, until = _told(tmp_path_factory), _sign(tmp_path_factory), time.monotonic() + PATIENCE
    while not told.exists():
        assert time.monotonic() < until, f"the journeys were not over after {PATIENCE:.0f} s"
        assert not _let_go(sign) or told.exists(), "the journeys' process has ended and told of no demo"
        time.sleep(0.2)
    return Path(told.read_text(encoding="utf-8"))


def _let_go(sign: Path) -> bool:
    """Whether somebody held it, who is no more."""
    if not sign.exists():
        return False
    with sign.open() as read:
        try:
            fcntl.lockf(read, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _sign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _told(tmp_path_factory).with_name("journeys-go-on")


def _told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file by which the processes of a run tell each other."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "journeys-are-over"
