"""Every page, for every role, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx
import pytest
from django.urls import resolve
from playwright.sync_api import Page

from tests.effort import LONG
from tests.journeys.axe import examine, make_ready
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in
from tests.journeys.routes import Route, pages
from tests.model.routes import ROUTES

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
PEOPLE = {
    "sv": ("karin", "sofia", "maja", "erik", "tove", "lena", "lars", "petra"),
    "en": ("helen", "grace", "nora", "james", "peter"),
}
"""In each language someone of each role; in Swedish also reviewers with and without a mandate apart, and someone for whom little
is there yet."""
OPEN_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
SHAPE = re.compile(r"\s(class|type|role|aria-[a-z]+|name)=\"([^\"]*)\"")
CHANGES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


@dataclass(frozen=True, slots=True)
class Opened:
    """One page as someone got it.  route: whose page it is, wherever the path led to; parts: see parts_of."""

    route: str
    first_name: str
    path: str
    parts: frozenset[str]


@pytest.fixture(scope="module")
def seen() -> dict[str, set[str]]:
    """By route, the parts that have been looked at whole: a part has its colours and its place in either language."""
    return defaultdict(set)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_is_sound_for_every_role(
    demo: RunningDemo, visitor: Visit, seen: dict[str, set[str]], language: str
) -> None:
    """Everyone opens everything; Chromium looks at as few pages as show each part of each route, or at all with much effort."""
    routes = pages(demo)
    opened = [one for first_name in PEOPLE[language] for one in opened_by(demo, first_name, routes, language)]
    looks = opened if LONG else covering(opened)
    faults: dict[str, list[str]] = {}
    for first_name in PEOPLE[language]:
        browser = visitor()
        make_ready(browser)
        come_in(browser, demo, first_name)
        for look in (one for one in looks if one.first_name == first_name):
            browser.goto(look.path)
            known = look.parts <= seen[look.route] and not LONG
            if found := examine(browser, language=language, known=known):
                faults[f"{first_name} {look.path}"] = found
            seen[look.route] |= look.parts
        browser.context.close()
    assert faults == {}
    assert len(looks) > 60


def opened_by(demo: RunningDemo, first_name: str, routes: Sequence[Route], language: str) -> Iterator[Opened]:
    """Every page that the person gets, in this language from now on.  None may be the hub's own fault."""
    reader, roles = demo.one_click(first_name, language=language), set(demo.person(first_name)["roles"])
    for route in routes:
        for path in route.paths:
            answer = reader.get(path).answer
            if answer.status_code == httpx.codes.METHOD_NOT_ALLOWED:
                break  # nothing to look at: the route takes what a form sends
            assert answer.status_code < 500, path
            if answer.status_code == httpx.codes.FORBIDDEN and not roles & ROUTES[route.name].roles:
                break  # the role is asked for before the thing, whichever it is: tests/model/test_walk.py
            if answer.status_code == httpx.codes.OK and answer.headers["Content-Type"].startswith("text/html"):
                yield Opened(resolve(answer.url.path).view_name, first_name, path, parts_of(answer.text))


def covering(opened: list[Opened]) -> list[Opened]:
    """Pages that together have every part of every route, the one with most that is new first."""
    chosen = []
    for route in dict.fromkeys(one.route for one in opened):
        of_route = [one for one in opened if one.route == route]
        missing = set().union(*(one.parts for one in of_route))
        while missing:
            best = max(of_route, key=lambda one: len(one.parts & missing))
            chosen.append(best)
            missing -= best.parts
    return chosen


def test_nothing_is_left_out_of_what_is_looked_at() -> None:
    few, more, other = (frozenset(parts) for parts in ("ab", "abc", "d"))
    opened = [
        Opened("list", "maja", "/1/", few),
        Opened("list", "erik", "/1/", more),
        Opened("list", "lars", "/2/", other),
    ]
    opened.append(Opened("page", "maja", "/3/", few))
    assert [(one.first_name, one.path) for one in covering(opened)] == [
        ("erik", "/1/"),
        ("lars", "/2/"),
        ("maja", "/3/"),
    ]


def parts_of(html: str) -> frozenset[str]:
    """The kinds of elements that a page is made of: what decides how it looks and is read out, without its texts."""
    return frozenset(
        " ".join([tag, *(f"{name}={shape_of(name, value)}" for name, value in SHAPE.findall(attributes))])
        for tag, attributes in OPEN_TAG.findall(html)
    )


def shape_of(name: str, value: str) -> str:
    """An attribute's value without ids and numbers; a label is a text, which each thing and each language has of its own."""
    return "…" if name == "aria-label" and value else CHANGES.sub("", value)


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
    demo.one_click(first_name, language="sv")
    page = visitor(refused=True)
    come_in(page, demo, first_name)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert examine(page, language="sv") == []
