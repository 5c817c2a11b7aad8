"""What `examine` is trusted with: faults that somebody plants in a page are found, also in the shorter looks at known pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from skyddsnat.demo.story.chromium import launched
from tests.journeys.axe import examine
from tests.journeys.still import STILL

pytestmark = [pytest.mark.servers, pytest.mark.browser]

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><link rel="stylesheet" href="/style.css"></head><body>
<a class="skip" href="#main">Skip to the content</a><header class="bar"><a href="/">Start</a>{bar}</header>
<div class="frame"><nav class="side" aria-label="Main"><a href="/a">A thing</a></nav>
<div><main id="main"><h1>A page</h1>{own}</main></div></div></body></html>"""
STYLE = """
a { display: inline-block; padding: 8px }
@media (prefers-color-scheme: dark) { html { background: #111; color: #eee } a { color: #9cf } .pale { color: #333 } }
.wide { width: 400px } .tiny { width: 8px; height: 8px; padding: 0; border: 0 }
.plain { display: inline; padding: 0; text-decoration: none; color: #004 }
.grey { color: #bbb } .middling { color: #888 } .large { font-size: 30px } .night, .behind { background: #222 }
.faint { opacity: .3 } .flat { height: 0; margin-bottom: 60px } .off { clip-path: inset(50%); position: absolute }
.low { position: relative; z-index: 0 } .behind { position: absolute; inset: 0 } .above { position: relative }
"""
PLANTED = {
    "dark color-contrast": "<p class='pale'>Nothing to see</p>",
    "light link-in-text-block": "<p>Words and words <a class='plain' href='/x'>lead on</a> and on, as they do.</p>",
    "light target-size": "<p><button class='tiny'>a</button><button class='tiny'>b</button></p>",
    "px wide at 320 px": "<div class='wide'>wide</div>",
    "no label: x": "<input name='x'>",
    "light label": "<input name='x'>",
    "light link-name": "<a href='/x'></a>",
    "light button-name": "<button></button>",
    "light landmark-unique": "<nav aria-label='Main'>x</nav>",
    "light landmark-no-duplicate-main": "<main>x</main>",
    "light heading-order": "<h2>x</h2><h4>x</h4>",
    "light aria-roles": "<p role='nothing'>x</p>",
    "inline P": "<p style='margin: 0'>x</p>",
    "h1: 2": "<h1>x</h1>",
}
"""What is planted, by what is said of it."""
FLAT = "<div class='flat'><p>Words.</p></div><div class='faint flat'><p id='planted'>Words.</p></div><p>Words.</p>"
NOT_READ = "<label class='grey'>One <input disabled></label><label class='grey' id='planted'>Two <input></label>"
ALIKE = {
    "another ground": "<div><p>Words.</p></div><div class='night'><p id='planted'>Words.</p></div>",
    "a ground that it does not lie in": "<div class='low'><p class='above'>Words.</p></div>"
    "<div class='low'><div class='behind'></div><p class='above' id='planted'>Words.</p></div>",
    "something that makes it pale": "<div><p>Words.</p></div><div class='faint'><p id='planted'>Words.</p></div>",
    "something that makes it pale and is not below it": FLAT,
    "larger letters before": "<p class='middling large'>Words.</p><p class='middling' id='planted'>Words.</p>",
    "one that nobody sees before": "<p class='grey off'>Words.</p><p class='grey' id='planted'>Words.</p>",
    "a letter before, of which axe is not sure": "<p class='grey'>W</p><p class='grey' id='planted'>Words.</p>",
    "one before that need not be read": NOT_READ,
}
"""Texts that cannot be read, each after one that is coloured alike as far as its own style goes and has no fault."""
OF_TEXTS = {
    *("light target-size", "light link-name", "light button-name", "light label", "light landmark-unique"),
    *("px wide at 320 px", "no label: x", "inline P", "h1: 2"),
}
"""What also depends on a language's words, or costs nothing to look at."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright, *STILL)
        yield browser
        browser.close()


def seen(chromium: Browser, *, bar: str, own: str, look: dict[str, bool]) -> list[str]:
    """What the look finds in a page with this in its bar and in its own part."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    bodies = {"/": PAGE.format(bar=bar, own=own), "/style.css": STYLE}
    kinds = {"/": "text/html", "/style.css": "text/css"}
    page.route(
        "http://page.test/*",
        lambda route: route.fulfill(
            body=bodies[path := route.request.url.removeprefix("http://page.test")], content_type=kinds[path]
        ),
    )
    page.goto("http://page.test/")
    found = examine(page, language="en", **look)
    page.close()
    return found


def told(faults: list[str]) -> set[str]:
    """Which of the planted faults were found."""
    return {name for name in PLANTED if any(name in fault for fault in faults)}


@pytest.mark.parametrize("look", [{}, {"known": True}])
def test_a_sound_page_has_no_fault(chromium: Browser, look: dict[str, bool]) -> None:
    assert seen(chromium, bar="", own="<p>Words.</p>", look=look) == []


@pytest.mark.parametrize("place", ["bar", "own"])
@pytest.mark.parametrize(("look", "expected"), [({}, set(PLANTED)), ({"known": True}, OF_TEXTS)])
def test_planted_faults_are_found_in_a_page_and_in_its_frame(
    chromium: Browser, look: dict[str, bool], expected: set[str], place: str
) -> None:
    planted = {"bar": "", "own": "", place: "".join(PLANTED.values())}
    assert told(seen(chromium, look=look, **planted)) == expected


@pytest.mark.parametrize("own", ALIKE.values(), ids=ALIKE)
def test_what_is_coloured_alike_is_not_taken_for_what_is_read_alike(chromium: Browser, own: str) -> None:
    """Contrast is reckoned once for texts that have it alike (tests/journeys/contrast.py)."""
    assert [one for one in seen(chromium, bar="", own=own, look={}) if one.endswith("color-contrast: #planted")]
