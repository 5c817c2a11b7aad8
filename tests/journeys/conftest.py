"""One running demo for all journeys, on ports and in a folder of its own, and a second one beside it; one Chromium for a file."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from skyddsnat.demo.ports import free_port
from tests import prepared
from tests.journeys.coalition import RunningDemo

CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000.0  # milliseconds; on a busy machine a page is slow
expect.set_options(timeout=PATIENCE)
SHARED = pytest.StashKey[ExitStack]()
logging.getLogger("httpx").setLevel(logging.WARNING)
REFUSED = "Failed to load resource: the server responded with a status of 40"  # what Chromium says of any 403 or 404


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> Iterator[ExitStack]:
    """What is started once for all journeys.  It ends with the last of them: see pytest_runtest_teardown."""
    with request.config.stash.setdefault(SHARED, ExitStack()) as stack:
        yield stack


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After the last journey, end what they shared: a demo works on beside whatever is tested next."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            item.config.stash.get(SHARED, ExitStack()).close()


@pytest.fixture(scope="session")
def demo(shared: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> RunningDemo:
    """`skyddsnat demo`, open to everyone."""
    return shared.enter_context(running_demo(tmp_path_factory.mktemp("demo")))


@contextmanager
def running_demo(folder: Path) -> Iterator[RunningDemo]:
    """From when it says where to open the browser until Ctrl-C.  The tables of its hub are laid before."""
    (folder / "data" / "hub").mkdir(parents=True, mode=0o700)
    prepared.lay(folder / "data" / "hub" / "hub.sqlite")
    port = free_port()
    said = folder / "said.txt"
    with said.open("w") as out:
        process = start_demo(folder / "data", port, out=out.fileno())
        with ended(process):
            wait_for_line(process, said, "Ctrl-C stops everything")
            yield RunningDemo(folder / "data", said.read_text())
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=180) == 0, said.read_text()


@dataclass(frozen=True, slots=True)
class Second:
    """A demo that plays its story.  said: the file of what it prints."""

    data: Path
    port: int
    said: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def second(demo: RunningDemo, shared: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Second:
    """`skyddsnat demo --once`, from nothing, beside the first."""
    folder = tmp_path_factory.mktemp("second")
    port, said = free_port(), folder / "said.txt"
    with said.open("w") as out:
        process = start_demo(folder / "data", port, "--once", out=out.fileno())
    shared.enter_context(ended(process))
    return Second(folder / "data", port, said, process)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever happens meanwhile, the process does not outlive it."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=180)


@pytest.fixture(scope="session", autouse=True)
def told_meanwhile(request: pytest.FixtureRequest) -> None:
    """Where a test asks for the second demo, it starts before the first journey: its story is over when it is looked at."""
    if any("second" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("second")


def start_demo(data: Path, port: int, *more: str, out: int) -> subprocess.Popen[bytes]:
    """Start it with nothing of the suite's own settings in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SKYDDSNAT_", "DJANGO_"))}
    command = [sys.executable, "-m", "skyddsnat", "demo", "--port", str(port), "--data", str(data), *more]
    return subprocess.Popen(
        command, stdout=out, stderr=subprocess.STDOUT, env={**environment, "PYTHONPATH": "src"}, start_new_session=True
    )


def wait_for_line(process: subprocess.Popen[bytes], said: Path, words: str, *, seconds: float = 600) -> None:
    """Wait until the demo has said it."""
    until = time.monotonic() + seconds
    while words not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for one file of tests: Playwright's loop must not run while tests of other files use the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, demo: RunningDemo) -> Iterator[Callable[..., Page]]:
    """Makes pages of a fresh browser each, and fails the test when one of them had anything to complain about.

    refused: the page is about to be told no, which is no fault of its own.
    """
    problems: list[str] = []
    contexts = []

    def visit(*, refused: bool = False, **options: object) -> Page:
        context = chromium.new_context(
            **{"base_url": demo.base_url, "locale": "en-GB", "timezone_id": "Europe/Stockholm", **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch(page, problems, ignore=REFUSED if refused else "")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


def watch(page: Page, problems: list[str], *, ignore: str) -> None:
    """Note what the console, the page's scripts and the content security policy complain about."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not (ignore and said.text.startswith(ignore)):
            problems.append(f"{page.url}: {said.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
    )


def come_in(page: Page, demo: RunningDemo, first_name: str) -> None:
    """Walk in by the demo's one-click page."""
    page.goto("/demo/sign-in/")
    page.locator(f"button[name=person][value='{demo.person_id(first_name)}']").click()
    page.wait_for_url("**/")
