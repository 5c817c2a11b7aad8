"""Children of the demo end with it, whatever happens."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skyddsnat.demo.places import InUse, Places, write_private
from skyddsnat.demo.processes import ChildFailed, Children, find_program

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def test_a_child_that_ends_by_itself_is_noticed_with_its_log(tmp_path: Path) -> None:
    children = Children(tmp_path)
    child = children.start("short", [sys.executable, "-c", "print('gone')"])
    with pytest.raises(ChildFailed, match=r"short ended with code 0.*short\.log"):
        children.wait_until(child, lambda: False)
    assert child.log.read_text() == "gone\n"


def test_all_children_are_stopped_also_one_that_will_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skyddsnat.demo.processes.STOP_SECONDS", 0.3)
    children = Children(tmp_path)
    children.start("calm", [sys.executable, "-c", "import time; time.sleep(60)"])
    stubborn = children.start("stubborn", [sys.executable, "-c", STUBBORN])
    children.wait_until(stubborn, lambda: "up" in stubborn.log.read_text())
    processes = [child.process for child in children.running]
    children.stop_all()
    assert [process.poll() is not None for process in processes] == [True, True]
    assert children.running == []


def test_a_child_that_is_never_ready_fails_in_time(tmp_path: Path) -> None:
    children = Children(tmp_path)
    child = children.start("slow", [sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(ChildFailed, match="not ready"):
        children.wait_until(child, lambda: False, seconds=0.2)
    assert child.process.poll() is None, "given up long before the child itself ended"
    children.stop_all()


def test_a_missing_program_says_what_to_run() -> None:
    with pytest.raises(ChildFailed, match="tools/packages demo"):
        find_program("no-such-daemon")


def test_two_demos_cannot_share_a_folder(tmp_path: Path) -> None:
    with Places(tmp_path, 1).locked(), pytest.raises(InUse, match="DATA="), Places(tmp_path, 2).locked():
        pass


def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    write_private(path, "one\n")
    write_private(path, "two\n")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("two\n", 0o600)
    assert [one.name for one in path.parent.iterdir()] == ["secret"]
