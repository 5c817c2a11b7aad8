"""A command of the operator's is waited for so long and no longer, also where nobody can kill it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from skyddsnat.site import commands
from skyddsnat.site.commands import Ran, carry_out, run_for

LONG = 120.0
"""Seconds that no test may take."""


def runs(pid: int) -> bool:
    """Whether a process is there, and not just waiting to be reaped by whoever that falls to."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_gone(pid: int) -> bool:
    """Whether a process has died, within a generous time."""
    until = time.monotonic() + LONG
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not runs(pid)


def test_it_is_given_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tokens and the TSIG secret may stand in the environment; a program of the operator's has no business with them."""
    monkeypatch.setenv("SKYDDSNAT_TSIG_SECRET", "hemligt")
    monkeypatch.setenv("THE_OPERATORS_OWN", "given")
    told = run_for(LONG, ["env"]).out.decode()
    assert "THE_OPERATORS_OWN=given" in told
    assert "SKYDDSNAT" not in told
    carry_out(LONG, ["sh", "-c", f"env > {tmp_path / 'told'}"])
    assert "SKYDDSNAT" not in (tmp_path / "told").read_text()


def test_what_it_prints_and_how_it_ends() -> None:
    assert run_for(LONG, ["sh", "-c", "echo one; echo two; exit 3"]) == Ran(3, b"one\ntwo\n")
    assert run_for(LONG, ["yes"], lines=2).out.splitlines()[:2] == [b"y", b"y"]
    assert carry_out(LONG, ["sh", "-c", "echo one; exit 4"]) == Ran(4)
    with pytest.raises(OSError, match="No such file"):
        run_for(LONG, ["/nowhere/program"])


def test_what_it_has_started_dies_with_it(tmp_path: Path) -> None:
    """A child that holds the output keeps nobody waiting, and is not left behind."""
    note = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {note}; echo begun; wait"
    assert run_for(LONG, ["sh", "-c", script], lines=1) == Ran(None, b"begun\n")
    assert is_gone(int(note.read_text()))


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # that is what is left behind here
def test_what_cannot_be_killed_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As sudo, which runs as root, is to an agent."""
    tried: list[int] = []

    def forbidden(group: int, _: int) -> None:
        tried.append(group)
        raise PermissionError

    monkeypatch.setattr(commands, "_DYING", 0.1)
    with monkeypatch.context() as here:
        here.setattr(commands.os, "killpg", forbidden)
        assert run_for(0.2, ["sleep", "600"]) == Ran(None)
        assert carry_out(0.2, ["sleep", "600"]) == Ran(None)
    for group in tried:
        os.killpg(group, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(group, 0)
    assert len(tried) == 2


def test_more_than_is_ever_needed_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST", 100_000)
    ran = run_for(LONG, ["yes"])
    assert ran.code is None
    assert 100_000 < len(ran.out) < 300_000


def test_a_server_that_a_command_leaves_behind_keeps_nobody_waiting(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    assert carry_out(LONG, ["sh", "-c", f"sleep 600 & echo $! > {note}"]) == Ran(0)
    pid = int(note.read_text())
    assert runs(pid)
    os.kill(pid, signal.SIGKILL)
