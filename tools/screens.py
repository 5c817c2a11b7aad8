"""Take the pictures of docs/screens from a running demo: `python -m tools.screens ADDRESS`.

The demo's people sign in by one click, so the pictures show what a newcomer sees.  Only synthetic data is ever in them.  Files
are made smaller by pngquant where it is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from skyddsnat.demo.story.chromium import launched

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
SIZE = {"width": 1280, "height": 860}
LINES = """\
exempel-ett.test
exempel-tva[.]test
www.exempel-ett.test.
192.0.2.7
exempel-tre.example
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.  person: who is signed in.  go: from the start page to what is shown."""

    name: str
    person: str
    go: Callable[[Page], None]
    dark: bool = False


def _open(page: Page, path: str) -> None:
    """path: below the start page.  Raises SystemExit for a page that is not there, as a result while its round is played."""
    answer = page.goto(f"{page.url}{path}")
    if answer is None or not answer.ok:
        raise SystemExit(
            f"got no page at /{path}, expected one; wait until the demo has played its rounds, and try again"
        )


def _stay(page: Page) -> None:
    page.wait_for_selector("h1")


def _review(page: Page) -> None:
    page.click("a[href='/signals/review/']")
    page.click("main table .row-main >> nth=0")


def _signal(page: Page) -> None:
    _open(page, "signals/?type=domain&state=verified&ceiling=block")
    page.click("main table .row-main >> nth=0")


def _preview(page: Page) -> None:
    _open(page, "signals/paste/")
    page.fill("textarea[name=lines]", LINES)
    page.click("main form button.btn-primary")


def _signals(page: Page) -> None:
    _open(page, "signals/?state=verified&sort=expiry")


def _log(page: Page) -> None:
    _open(page, "audit/")
    page.click("main details:first-of-type summary")


def _status(page: Page) -> None:
    _open(page, "status/")


def _agents(page: Page) -> None:
    page.click("a.side-link[href='/agents/']")
    page.click("main table .row-main >> nth=0")


def _knowledge(page: Page) -> None:
    page.click("a.side-link[href='/knowledge/']")
    page.locator("main section:has(table) h2").last.evaluate("heading => heading.scrollIntoView()")


def _result(page: Page) -> None:
    _open(page, "benchmark/rounds/2026-q1/result/")


def _statistics(page: Page) -> None:
    _open(page, "statistics/MET-BLK-10/")


SHOTS = (
    Shot("work", "Anna Stone", _stay),
    Shot("review", "Anna Stone", _review),
    Shot("signal", "Grace Hill", _signal),
    Shot("preview", "Grace Hill", _preview),
    Shot("signals", "Tove Lund", _signals),
    Shot("log", "Peter Clay", _log),
    Shot("status", "Helen Brook", _status),
    Shot("agents", "Nora West", _agents),
    Shot("knowledge", "Grace Hill", _knowledge),
    Shot("result", "James Moor", _result),
    Shot("statistics", "James Moor", _statistics),
    Shot("work-dark", "Jonas Rask", _stay, dark=True),
)


def take(browser: Browser, base: str, shot: Shot) -> Path:
    """Sign in, go there, take the picture."""
    context = browser.new_context(
        viewport=SIZE,
        color_scheme="dark" if shot.dark else "light",
        locale="en-GB",
        timezone_id="Europe/Stockholm",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{base}/demo/sign-in/")
    page.click(f"button:has-text('Be {shot.person}')")
    shot.go(page)
    page.wait_for_load_state("networkidle")
    target = FOLDER / f"{shot.name}.png"
    page.screenshot(path=target)
    context.close()
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--output", target, "64", target], check=False)
    return target


def main(arguments: list[str]) -> int:
    """Take all pictures."""
    if len(arguments) != 1:
        print("got no address, expected the one of a running demo: python -m tools.screens ADDRESS")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for shot in SHOTS:
            target = take(browser, arguments[0].rstrip("/"), shot)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
