"""A benchmark lead at a real browser: signs in, opens the key, reads a table of values, seals and hands in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skyddsnat.demo.processes import find_program
from skyddsnat.demo.story.browser import Unexpected, fresh_code

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

PROGRAM = "chromium-headless-shell"
"""Debian's Chromium without windows: the engine is the same, and a fresh browser costs a third (docs/adr/0054-no-windows.md)."""
WITHIN = 60_000.0  # milliseconds; a busy machine is slow


@dataclass(frozen=True, slots=True)
class Left:
    """What a browser did.  sent: the bodies of everything that it sent; seconds: from the key to the receipt."""

    sent: list[bytes]
    seconds: float


def hand_in(
    base_url: str, person: Mapping[str, Any], *, round_id: str, key_file: Path, passphrase: str, table: str
) -> Left:
    """Hand in.  table: CSV.  Raises Unexpected, also when there is no browser on this machine."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as missing:
        raise Unexpected("Playwright is not installed; `make demo` brings it") from missing
    sent: list[bytes] = []
    try:
        with sync_playwright() as playwright:
            chromium = launched(playwright)
            page = chromium.new_context(base_url=base_url, locale="en-GB").new_page()
            page.set_default_timeout(WITHIN)
            page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
            _sign_in(page, person)
            began = time.monotonic()
            _hand_in(page, round_id, key_file, passphrase, table)
            seconds = time.monotonic() - began
            chromium.close()
    except Error as error:
        raise Unexpected(f"the browser came no further: {error.message.splitlines()[0][:120]}") from error
    return Left(sent, seconds)


def launched(playwright: Playwright, *flags: str) -> Browser:
    """A browser with these flags.  Raises ChildFailed where it is not installed."""
    return playwright.chromium.launch(executable_path=find_program(PROGRAM), args=["--no-sandbox", *flags])


def _sign_in(page: Any, person: Mapping[str, Any]) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(person["email"])
    page.locator("[name=password]").fill(person["password"])
    page.locator("[name=password]").press("Enter")
    code = page.locator("[name=code]")
    code.fill(fresh_code(person["totp_secret"], seconds=10))
    code.press("Enter")
    page.wait_for_url(lambda url: "/account/" not in url)


def _hand_in(page: Any, round_id: str, key_file: Path, passphrase: str, table: str) -> None:
    page.goto(f"/benchmark/rounds/{round_id}/hand-in/")
    page.locator("#unlock-file").set_input_files(key_file)
    page.locator("#unlock-passphrase").fill(passphrase)
    page.locator("[data-unlock] button[type=submit]").click()
    page.locator("[data-hand-in]:not([hidden])").wait_for()  # only then does it listen
    page.locator("[data-table]").set_input_files(
        {"name": "values.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator("[data-table-note]:not([hidden])").wait_for()
    compared = page.locator("[data-parties] input")
    if (
        compared.is_visible()
    ):  # asked once a device: the parties' fingerprints were compared with the parties themselves
        compared.check()
    page.locator("[data-send]").click()
    page.locator("[data-receipt]:not([hidden])").wait_for()
