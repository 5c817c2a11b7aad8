"""The stop page in a real browser: axe finds nothing, it reflows, and a complaint is sent by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from skyddsnat.demo.story.chromium import launched
from tests.journeys.axe import COLOURS, FULL, RUN, source
from tests.journeys.conftest import watch
from tests.stop_page.running import Running, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("stop") / "place") as place:
        yield place


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield launched(playwright)


def faults_of(page: Page) -> list[str]:
    """What axe finds in light and dark, and whether the page is wider than a narrow screen."""
    page.evaluate(source())
    found: list[str] = page.evaluate(RUN, FULL)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(RUN, COLOURS)
    page.emulate_media(color_scheme="light")
    return found + ([] if page.evaluate("document.documentElement.scrollWidth") <= 320 else ["wider than 320"])


def test_axe_finds_nothing_on_any_page_and_each_reflows(here: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, bypass_csp=True)  # to let axe in
    page = context.new_page()
    for path in ("/anything", "/_stop/sv", "/_stop/en", "/_stop/sv/complaint", "/_stop/en/complaint"):
        page.goto(f"http://127.0.0.1:{here.port}{path}")
        assert faults_of(page) == [], path
    page.locator("form").evaluate("form => { form.noValidate = true; form.submit() }")
    page.wait_for_selector("[role=alert]")
    assert faults_of(page) == [], "with what is wrong"


def test_a_complaint_is_sent_by_keyboard_alone_and_the_browser_objects_to_nothing(
    here: Running, browser: Browser
) -> None:
    problems: list[str] = []
    page = browser.new_context(locale="en-GB").new_page()
    watch(page, problems, ignore="Failed to load resource: the server responded with a status of 403")
    page.goto(f"http://127.0.0.1:{here.port}/blocked/page")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Complain about the block":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/_stop/en/complaint")
    page.wait_for_timeout(2100)  # nobody is faster
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("fel.test")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("jag@post.test")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('your complaint is received')")
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert problems == []


def test_the_browser_test_leaves_no_trace_either(here: Running) -> None:
    assert not [line for line in Path(here.log).read_text().splitlines() if "Mozilla" in line or "blocked/page" in line]
