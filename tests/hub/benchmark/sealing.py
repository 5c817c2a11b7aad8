"""An empty page of an origin of its own in which the script that seals has been loaded, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from skyddsnat.demo.story.chromium import launched

SCRIPT = Path("src/skyddsnat/hub/benchmark/static/benchmark/sealing.js")


def sealing_page() -> Iterator[Page]:
    """One page for a file of tests; `s` is the script's own, `seed` 32 bytes that count up."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        blank = browser.new_context().new_page()
        blank.route(
            "https://sealing.test/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
        )
        blank.goto("https://sealing.test/")
        blank.evaluate(SCRIPT.read_text(encoding="utf-8"))
        blank.evaluate("""() => {
            globalThis.s = skyddsnatSealing;
            globalThis.spec = (text) => s.readSpecification(s.utf8(text));
            globalThis.seed = Uint8Array.from({length: 32}, (_, at) => at);
        }""")
        yield blank
        browser.close()
