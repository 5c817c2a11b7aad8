"""A worker that hangs, floods, eats or burns is ended with all that it has started; the round goes on or ends by name."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from skyddsnat.party.errors import TryAgain
from skyddsnat.party.worker import Bounds, Worker
from skyddsnat.protocols.benchmark.statement import Kind
from tests.party.conftest import ROUND, Site

BOUNDS = Bounds(memory_bytes=512 << 20, cpu_seconds=30, wall_seconds=120, output_bytes=1 << 20)


def worker(folder: Path, source: str, **bounds: float) -> Worker:
    (folder / "made_up.py").write_text(f"import json, os, sys, time\n{source}\n")
    place = folder / "work"
    place.mkdir(exist_ok=True, mode=0o700)
    return Worker(place, replace(BOUNDS, **bounds), module="made_up", paths=[folder])


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(made: Worker) -> str:
    """How it came to nothing."""
    with made, pytest.raises(TryAgain) as failure:
        listen(made)
    return failure.value.cause


def listen(made: Worker) -> None:
    """For ever."""
    while True:
        made.hear(5)


def test_it_has_no_environment_and_nothing_but_its_own_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYDDSNAT_PARTY_TOKEN", "skn_secret")
    source = 'sys.stdin.readline()\nprint(json.dumps({"env": dict(os.environ), "cwd": os.getcwd(), "argv": sys.argv,'
    source += ' "fds": len(os.listdir("/proc/self/fd")), "umask": os.umask(0)}), flush=True)\ntime.sleep(600)'
    with worker(folder, source) as made:
        made.send({})
        told = made.hear(120)
    assert told is not None
    assert "skn_secret" not in str(told)
    assert set(told["env"]) <= {"LC_CTYPE"}  # which Python itself sets
    assert (told["cwd"], told["argv"][1:], told["umask"]) == (str(folder / "work"), [], 0o077)
    assert told["fds"] <= 4


def test_a_flood_of_lines_or_of_one_line_is_cut(folder: Path) -> None:
    assert ends(worker(folder, 'while True: print(json.dumps({"phase": "x" * 1000}))')) == "output"
    assert ends(worker(folder, "while True: sys.stdout.write('x' * 65536)")) == "output"


def test_a_hanging_worker_is_cut_by_the_clock(folder: Path) -> None:
    assert ends(worker(folder, "time.sleep(600)", wall_seconds=0.5)) == "wall"


def test_one_that_does_not_read_its_job_is_cut_too(folder: Path) -> None:
    with worker(folder, "time.sleep(600)", wall_seconds=1) as made, pytest.raises(TryAgain) as failure:
        made.send({"sealed": "x" * 4_000_000})
    assert failure.value.cause == "wall"


def test_one_that_burns_the_processor_is_cut(folder: Path) -> None:
    assert ends(worker(folder, "while True: pass", cpu_seconds=1)) == "cpu"


def test_one_that_eats_memory_is_cut(folder: Path) -> None:
    assert ends(worker(folder, "x = []\nwhile True: x.append(bytearray(1 << 24))", memory_bytes=256 << 20)) == "worker"


def test_what_is_no_json_object_is_not_taken(folder: Path) -> None:
    assert ends(worker(folder, "print('hello', flush=True); time.sleep(600)")) == "worker"
    assert ends(worker(folder, "print([1], flush=True); time.sleep(600)")) == "worker"


def test_its_children_die_with_it(folder: Path) -> None:
    source = "import subprocess\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    source += 'print(json.dumps({"child": child.pid}), flush=True)\ntime.sleep(600)'
    with worker(folder, source) as made:
        told = made.hear(120)
        assert told is not None
        assert alive(told["child"])
    until = time.monotonic() + 60
    while alive(told["child"]) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(told["child"])
    assert not alive(made.pid)


def test_a_worker_does_not_outlive_its_supervisor(folder: Path) -> None:
    made = worker(folder, "time.sleep(600)")
    made.kill()
    child = os.fork()
    if child == 0:
        try:
            orphan = worker(folder, "time.sleep(600)")
            (folder / "pid").write_text(str(orphan.pid))
        finally:
            time.sleep(0.3)
            os._exit(0)
    os.waitpid(child, 0)
    pid = int((folder / "pid").read_text())
    until = time.monotonic() + 60
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(pid)


@pytest.mark.parametrize(
    ("mood", "cause"),
    [
        ("leave", "worker"),
        ("error:time_limit", "wall"),
        ("error:job", "worker"),
        ("chatter", "worker"),
        ("strange", "worker"),
    ],
)
def test_a_worker_that_fails_by_our_own_fault_ends_the_round_after_a_few_attempts(
    site: Site, mood: str, cause: str
) -> None:
    site.to_computing()
    for index in range(3):
        site.meeting.write_worker(index, mood)
    site.means(0)._again_at.clear()
    for _ in range(3):
        site.turn(0)
        site.means(0)._again_at.clear()
    assert site.over() == "aborted:time_limit"
    body = site.round.statements[Kind.ABORTED][0].statement.body
    assert body["detail"] == {"cause": cause, "attempts": 3}
    assert "123456789" not in str(body)


def test_a_false_peer_is_tried_again_and_then_ends_the_round_by_name(site: Site) -> None:
    site.to_computing()
    site.meeting.write_worker(0, "error:peer_identity")
    for _ in range(3):
        site.turn(0)
        site.means(0)._again_at.clear()
    assert site.over() == "aborted:peer_identity"


def test_peers_that_are_not_there_are_tried_again_without_end_to_the_patience(site: Site) -> None:
    site.to_computing()
    site.meeting.write_worker(0, "error:party_unavailable")
    for _ in range(5):
        site.turn(0)
        site.means(0)._again_at.clear()
    kept = site.means(0).store.get(ROUND)
    assert (kept.over, kept.attempts, kept.faults) == ("", 5, 0)


def test_the_working_folder_is_empty_after_an_attempt(site: Site) -> None:
    site.to_computing()
    site.meeting.write_worker(0, "error:party_unavailable")
    site.turn(0)
    assert not (site.place(0) / "data" / "rounds" / ROUND / "work").exists()
