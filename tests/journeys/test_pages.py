"""Every page, for every role, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in
from tests.journeys.routes import pages

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
PEOPLE = {
    "sv": ("karin", "sofia", "maja", "erik", "tove", "lena", "lars", "petra"),
    "en": ("helen", "anna", "grace", "nora", "emma", "james", "peter", "daniel"),
}
"""In each language someone of each role: coordinator, reviewers with and without a mandate, analyst, engineer, benchmark lead,
auditor, and someone for whom little is there yet."""
OPEN_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
SHAPE = re.compile(r"\s(class|type|role|aria-[a-z]+|name)=\"([^\"]*)\"")
CHANGES = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_is_sound_for_every_role(demo: RunningDemo, visitor: Visit, language: str) -> None:
    """A page is looked at again for another person or thing only when it has a part that was not there before."""
    routes = pages(demo)
    seen: dict[str, set[str]] = {}
    faults: dict[str, list[str]] = {}
    looked = 0
    for first_name in PEOPLE[language]:
        reader = demo.one_click(first_name)
        browser: Page | None = None
        for route in routes:
            for path in route.paths:
                answer = reader.get(path).answer
                if answer.status_code == httpx.codes.METHOD_NOT_ALLOWED:
                    break  # nothing to look at: the route takes what a form sends
                if answer.status_code != httpx.codes.OK or not answer.headers["Content-Type"].startswith("text/html"):
                    assert answer.status_code < 500, path
                    continue
                parts = parts_of(answer.text)
                if parts <= seen.setdefault(route.name, set()):
                    continue
                seen[route.name] |= parts
                if browser is None:
                    browser = visitor()
                    come_in(browser, demo, first_name)
                browser.goto(path)
                looked += 1
                if found := examine(browser, language=language):
                    faults[f"{first_name} {path}"] = found
        if browser is not None:
            browser.context.close()
    assert faults == {}
    assert looked > 60


def parts_of(html: str) -> set[str]:
    """The kinds of elements that a page is made of: what decides how it looks and is read out, without its texts."""
    return {
        f"{tag} {' '.join(f'{name}={CHANGES.sub("", value)}' for name, value in SHAPE.findall(attributes))}"
        for tag, attributes in OPEN_TAG.findall(html)
    }


@pytest.mark.parametrize("language", ["sv-SE", "en-GB"])
def test_pages_before_sign_in_are_sound(demo: RunningDemo, visitor: Visit, language: str) -> None:
    page = visitor(locale=language)
    faults = {}
    for path in ("/account/login/", "/demo/sign-in/"):
        page.goto(path)
        if found := examine(page, language=language[:2]):
            faults[path] = found
    assert faults == {}


@pytest.mark.parametrize(
    ("first_name", "path", "status"),
    [
        ("maja", "/signals/00000000-0000-0000-0000-000000000000/", 404),
        ("maja", "/no-such-page/", 404),
        ("lena", "/signals/review/", 403),
    ],
)
def test_pages_that_say_no_are_sound(
    demo: RunningDemo, visitor: Visit, first_name: str, path: str, status: int
) -> None:
    page = visitor(refused=True)
    come_in(page, demo, first_name)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert examine(page, language="sv") == []
