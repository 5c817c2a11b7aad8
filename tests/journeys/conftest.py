"""One running demo and one Chromium for all journeys, on ports and in a folder of its own, and a second demo beside it."""

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
from skyddsnat.demo.story.browser import Browser as Reader
from skyddsnat.demo.story.chromium import launched
from tests import prepared
from tests.journeys import telling
from tests.journeys.coalition import RunningDemo
from tests.journeys.still import STILL
from tests.together import JOURNEYS, group_of

PATIENCE = 60_000.0  # milliseconds; on a busy machine a page is slow
expect.set_options(timeout=PATIENCE)
SHARED = pytest.StashKey["Shared"]()
logging.getLogger("httpx").setLevel(logging.WARNING)
REFUSED = "Failed to load resource: the server responded with a status of 40"  # what Chromium says of any 403 or 404


class Shared(ExitStack):
    """What is started once for all tests of a group.  It ends with the last of them: see pytest_runtest_teardown."""

    _browser: Browser | None = None

    def browser(self, *flags: str) -> Browser:
        """Debian's Chromium.  While it is there, Playwright's loop runs, and nothing else may use the database."""
        if self._browser is None:
            playwright = self.enter_context(sync_playwright())
            self._browser = launched(playwright, *flags)
            self.callback(self._browser.close)
        return self._browser


def shared(config: pytest.Config) -> Shared:
    """Of the group that is being tested."""
    return config.stash.setdefault(SHARED, Shared())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After the last of a group, end what they shared: a demo works on beside whatever is tested next."""
    try:
        return (yield)
    finally:
        if nextitem is None or group_of(nextitem.nodeid) != group_of(item.nodeid):
            shared(item.config).close()
            del item.config.stash[SHARED]


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunningDemo:
    """`skyddsnat demo`, open to everyone.  Once it has ended, its folder is told to those who walk over all pages."""
    folder, stack = tmp_path_factory.mktemp("demo"), shared(request.config)
    stack.enter_context(telling.going_on(tmp_path_factory))
    stack.callback(telling.tell, tmp_path_factory, folder / "data")
    return stack.enter_context(running_demo(folder))


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
def second(demo: RunningDemo, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Second:
    """`skyddsnat demo --once`, from nothing, beside the first."""
    folder = tmp_path_factory.mktemp("second")
    port, said = free_port(), folder / "said.txt"
    with said.open("w") as out:
        process = start_demo(folder / "data", port, "--once", out=out.fileno())
    shared(request.config).enter_context(ended(process))
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


@pytest.fixture(autouse=True)
def told_meanwhile(request: pytest.FixtureRequest) -> None:
    """Where a test asks for the second demo, it starts before the first journey: its story is over when it is looked at."""
    if group_of(request.node.nodeid) != JOURNEYS:
        return
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


@pytest.fixture
def visitor(request: pytest.FixtureRequest, demo: RunningDemo) -> Iterator[Callable[..., Page]]:
    """Makes pages of a fresh browser each, and fails the test when one of them had anything to complain about.

    refused: the page is about to be told no, which is no fault of its own.
    """
    # A journey presses keys, which needs frames.  The walk looks at pages only.
    chromium = shared(request.config).browser(*() if group_of(request.node.nodeid) == JOURNEYS else STILL)
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
    page.wait_for_url(f"{demo.base_url}/")


def let_in(page: Page, reader: Reader) -> None:
    """Give the page the session of someone who has signed in without a browser, in place of whose it had."""
    page.goto("about:blank")  # what is still open asks the hub for nothing in another's name
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": reader.base_url} for name, value in reader.cookies.items()]
    )
