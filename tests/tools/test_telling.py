"""Who waits for the journeys learns where their demo ended, or that their process is no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.journeys.telling import await_told, tell
from tests.programs import FINDS_US

GOING_ON = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from tests.journeys.telling import going_on, tell

run = SimpleNamespace(getbasetemp=lambda: Path(sys.argv[1]))
with going_on(run):
    tell(run, Path("where")) if "tells" in sys.argv else None
    print("on", flush=True)
    sys.stdin.read()
    os._exit(1)
"""


def journeys(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A process in which they have begun.  It dies when its input ends."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    begun = subprocess.Popen(
        [sys.executable, "-c", GOING_ON, folder, *words], env={**os.environ, **FINDS_US}, text=True, **pipes
    )
    assert begun.stdout
    assert begun.stdout.readline() == "on\n"
    return begun


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """As pytest tells where a run keeps its files; of one process, for what the processes share is not ours to write."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return SimpleNamespace(getbasetemp=lambda: tmp_path)


def test_who_waits_for_journeys_that_died_is_told_so(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = journeys(run.getbasetemp())
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            going_on.communicate()

    monkeypatch.setattr("tests.journeys.telling.time.sleep", nap)
    with pytest.raises(AssertionError, match="told of no demo"):
        await_told(run)
    assert len(naps) == 3, "as long as they go on, there is nothing to say"


def test_who_waits_is_told_where_the_demo_ended_whether_its_process_is_there_or_not(run: Any) -> None:
    going_on = journeys(run.getbasetemp(), "tells")
    assert await_told(run) == Path("where")
    going_on.communicate()
    assert await_told(run) == Path("where")


def test_before_the_journeys_begin_there_is_only_to_wait(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.journeys.telling.time.sleep", lambda seconds: tell(run, Path("where")))
    assert await_told(run) == Path("where")
