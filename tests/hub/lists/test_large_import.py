"""A long list into a served hub of two processes, killed half-way: every row once, and other pages answer meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from skyddsnat.demo.ports import free_port
from tests.effort import tries
from tests.figures import figure
from tests.servers import serving
from tests.servers.hub import REPOSITORY, Place, place
from tests.servers.processes import answers, await_ready

pytestmark = pytest.mark.servers
ROWS = tries(short=3_000, long=100_000)
PATIENCE = tries(short=120, long=3_000)
ENOUGH = 20
"""Pages that somebody else asks for while the list is worked on: the hub must go on answering."""


@contextmanager
def served(where: Place) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The hub in two processes, in a session of its own so that all of it can be killed at once."""
    port, log = free_port(), where.folder / "hub.log"
    process = serving.start(where.environment, port, workers=2, threads=2, log=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        await_ready(process, lambda: answers(f"{url}/healthy/"), log=log)
        yield url, process
    finally:
        kill_all_of(process)


def kill_all_of(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for the server and its workers."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


@contextmanager
def hands(where: Place) -> Iterator[Callable[..., Any]]:
    """What tests.hub.lists.hands answers.  One program for all questions: to start one costs a second of a core."""
    command = [sys.executable, "-m", "tests.hub.lists.hands"]
    with subprocess.Popen(
        command, env=where.environment, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def ask(*words: str) -> Any:
            print(*words, file=asked, flush=True)
            return json.loads(told.readline())

        try:
            yield ask
        finally:
            process.kill()


def browser(url: str, cookie: str) -> httpx.Client:
    return httpx.Client(base_url=url, cookies={"sessionid": cookie, "language": "en"}, timeout=120)


def post(client: httpx.Client, path: str, *, by: str = "/lists/import/", **rest: Any) -> httpx.Response:
    client.get(by)
    token = client.cookies["csrfid"]  # the demo settings' own name
    return client.post(path, headers={"X-CSRFToken": token, "Referer": str(client.base_url)}, **rest)


def confirm(client: httpx.Client, pk: str) -> None:
    """Have the list brought in.  The hub may be far on, and killed, before it has answered; that it is in, the rows tell."""
    with suppress(httpx.HTTPError):
        post(client, f"/lists/imports/{pk}/confirm/")


class Visitor(threading.Thread):
    """Someone of another member who looks at a list again and again, and writes: who writes waits for whoever holds the lock."""

    def __init__(self, url: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.url, self.cookie, self.over, self.times = url, cookie, threading.Event(), list[float]()
        self.faults: list[str] = []

    def run(self) -> None:
        with browser(self.url, self.cookie) as client:
            while not self.over.wait(0.1):
                began = time.perf_counter()
                try:
                    client.get("/signals/").raise_for_status()
                    hold = ("60", "300")[len(self.times) % 2]
                    saved = post(client, "/settings/", data={"desk": "on", "hold": hold}, by="/settings/")
                    assert saved.status_code == 302, saved.status_code
                except AssertionError as error:
                    self.faults.append(f"not saved: {error}")
                    return
                except httpx.HTTPError as error:
                    if not self.over.is_set():  # what it asks when the hub is killed is not answered
                        self.faults.append(repr(error))
                    return
                self.times.append(time.perf_counter() - began)

    def ended(self, *, least: int = 0) -> list[float]:
        """Seconds of each answer, once there are so many; what was not answered stands among the faults."""
        until = time.monotonic() + PATIENCE
        while len(self.times) < least and not self.faults and time.monotonic() < until:
            time.sleep(0.05)
        self.over.set()
        self.join(PATIENCE)
        assert not self.is_alive()
        return self.times


def peak_mb(process: subprocess.Popen[bytes]) -> float:
    """The largest memory that one of the hub's processes has had."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            if os.getpgid(int(status.parent.name)) == process.pid and (found := re.search(r"VmHWM:\s+(\d+) kB", text)):
                peaks.append(int(found[1]) / 1024)
        except (OSError, ProcessLookupError):
            continue
    return round(max(peaks, default=0))


def wait_for(state: Callable[[], Any], done: Callable[[Any], bool], *, every: float) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found: dict[str, Any] = state()
        if done(found):
            return found
        time.sleep(every)
    raise AssertionError(f"the import did not get on: {found}")


def test_a_long_list_comes_in_once_though_the_hub_is_killed_and_others_are_answered_meanwhile() -> None:
    """Again where the list was in before the hub was killed: a quick machine may be that quick."""
    assert any(killed_in_the_midst() for _ in range(5))


def killed_in_the_midst() -> bool:
    """Bring a list in and kill the hub.  Whether some of the list was still to come."""
    every = 0.02 if ROWS < 10_000 else 5
    with place() as where, hands(where) as ask:
        cookies = ask("cookies")
        with served(where) as (url, process):
            quiet = Visitor(url, cookies["beta"])
            quiet.start()
            time.sleep(3)
            alone = quiet.ended(least=5)
            meanwhile = Visitor(url, cookies["beta"])
            meanwhile.start()
            data = "value\n" + "".join(f"namn-{n:x}-lista.test\n" for n in range(ROWS))
            common = {
                "circle": where.facts["circle"],
                "marking": "AMBER+STRICT",
                "basis": "police_list",
                "scope": "exact",
            }
            with browser(url, cookies["vakten"]) as police:
                began = time.monotonic()
                answer = post(police, "/lists/import/", data=common, files={"file": ("lista.csv", data.encode())})
                assert answer.status_code == 302, answer.text[-2000:]
                upload = time.monotonic() - began
                pk = answer.headers["Location"].split("/")[-2]
                state = partial(ask, "state", pk)
                wait_for(state, lambda now: now["state"] == "ready", every=every)
                checked = time.monotonic() - began
                confirming = threading.Thread(target=confirm, args=(police, pk))
                confirming.start()
                wait_for(state, lambda now: now["handled"] >= ROWS // 5 or now["state"] == "done", every=every)
                memory = peak_mb(process)
                meanwhile.over.set()
                kill_all_of(process)
                confirming.join()
                before = meanwhile.ended()
        interrupted = state()
        assert interrupted["reports"] == interrupted["handled"] == interrupted["entries"]
        with served(where) as (url, _):
            again = Visitor(url, cookies["beta"])
            again.start()
            found = wait_for(state, lambda now: now["state"] == "done", every=every)
            total = time.monotonic() - began
            answered = before + again.ended(least=ENOUGH - len(before))
    assert (quiet.faults, meanwhile.faults, again.faults) == ([], [], [])
    assert len(answered) >= ENOUGH
    assert found["became"] == {"created": ROWS}
    assert (found["signals"], found["reports"], found["entries"], found["waiting"]) == (ROWS, ROWS, ROWS, 0)
    figure(
        "lists.large_import",
        rows=ROWS,
        upload_seconds=round(upload, 1),
        until_preview_seconds=round(checked, 1),
        until_done_seconds=round(total, 1),
        killed_at_row=interrupted["handled"],
        lost=ROWS - found["reports"],
        doubled=found["signals"] - ROWS,
        other_page_answers=len(answered),
        other_page_faults=len(meanwhile.faults + again.faults),
        other_page_slowest_ms_alone=round(1000 * max(alone)),
        other_page_slowest_ms_meanwhile=round(1000 * max(answered)),
        peak_memory_mb=memory,
    )
    return bool(interrupted["handled"] < ROWS)
