"""Every page, for every role, in both languages, light and dark, wide and narrow: of the demo's hub as the journeys left it.

The walk has two halves, each with the routes of its own, so that two processes can go at once (tests/together.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter

import httpx
import pytest
from django.urls import resolve
from playwright.sync_api import Page

from tests.effort import LONG
from tests.journeys.axe import examine, make_ready
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import let_in, running_demo
from tests.journeys.leads import open_round
from tests.journeys.routes import Route, pages
from tests.journeys.standing import standing
from tests.journeys.telling import await_told
from tests.model.routes import ROUTES
from tests.together import JOURNEYS, group_of

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
PEOPLE = {
    "sv": ("karin", "sofia", "maja", "erik", "tove", "lena", "lars", "petra"),
    "en": ("helen", "grace", "nora", "james", "peter"),
}
"""In each language someone of each role; in Swedish also reviewers with and without a mandate apart, and someone for whom little
is there yet."""
FRAME = re.compile(r'<header class="bar">.*?(?=<main)|<dialog id="shortcuts".*?</dialog>', re.DOTALL)
"""What stands around each page of a person."""
OPEN_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
SHAPE = re.compile(r"\s(class|type|role|aria-[a-z]+|name)=\"([^\"]*)\"")
CHANGES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


@dataclass(frozen=True, slots=True)
class Opened:
    """One page as someone got it.  route: whose page it is, wherever the path led to.

    parts: its own, see parts_of.  frame: those of what stands around each of this person's pages.
    """

    route: str
    first_name: str
    path: str
    parts: frozenset[str]
    frame: frozenset[str]

    @property
    def looks(self) -> set[tuple[str, str]]:
        """What decides how it looks, in either language."""
        return {(self.route, part) for part in self.parts} | {("", part) for part in self.frame}


HALVES = {"first": slice(0, None, 2), "second": slice(1, None, 2)}


@pytest.fixture(scope="module")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The hub of the journeys' demo once they are over; where none of them runs, of a demo of ours that has played its rounds."""
    if any(group_of(item.nodeid) == JOURNEYS for item in request.session.items):
        ended = await_told(tmp_path_factory)
    else:
        folder = tmp_path_factory.mktemp("demo")
        ended = folder / "data"
        with running_demo(folder) as live:
            open_round(live)
    with standing(ended, tmp_path_factory.mktemp("standing")) as hub:
        yield hub


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """What has been looked at whole: a part has its colours and its place in either language."""
    return set()


@pytest.mark.parametrize(("half", "language"), list(product(HALVES, PEOPLE)))
def test_every_page_is_sound_for_every_role(
    demo: RunningDemo, visitor: Visit, seen: set[tuple[str, str]], half: str, language: str
) -> None:
    """Everyone opens everything; Chromium looks at as few pages as show each part of each route, or at all with much effort."""
    routes = pages(demo)[HALVES[half]]
    opened = [one for first_name in PEOPLE[language] for one in opened_by(demo, first_name, routes, language)]
    looks = opened if LONG else covering(opened)
    faults: dict[str, list[str]] = {}
    browser = visitor()
    make_ready(browser)
    for first_name in PEOPLE[language]:
        let_in(browser, demo.one_click(first_name))
        for look in (one for one in looks if one.first_name == first_name):
            browser.goto(look.path)
            if found := examine(browser, language=language, known=look.looks <= seen and not LONG):
                faults[f"{first_name} {look.path}"] = found
            seen |= look.looks
    assert faults == {}
    assert len(looks) > 30


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
                own, frame = FRAME.sub("", answer.text), "".join(FRAME.findall(answer.text))
                yield Opened(resolve(answer.url.path).view_name, first_name, path, parts_of(own), parts_of(frame))


def covering(opened: list[Opened]) -> list[Opened]:
    """Pages that together have every part of every route and of everyone's frame, the one with most that is new first."""
    chosen: list[Opened] = []
    for whose, parts in ((attrgetter("route"), attrgetter("parts")), (attrgetter("first_name"), attrgetter("frame"))):
        for name in dict.fromkeys(map(whose, opened)):
            these = [one for one in opened if whose(one) == name]
            missing = set().union(*map(parts, these))
            missing.difference_update(*(parts(one) for one in chosen if whose(one) == name))
            while missing:
                best = max(these, key=lambda one: len(parts(one) & missing))
                chosen.append(best)
                missing -= parts(best)
    return chosen


def test_nothing_is_left_out_of_what_is_looked_at() -> None:
    few, more, other, frame = (frozenset(parts) for parts in ("ab", "abc", "d", "f"))
    opened = [
        Opened("list", "maja", "/1/", few, frame),
        Opened("list", "erik", "/1/", more, frame),
        Opened("list", "lars", "/2/", other, frame),
        Opened("page", "maja", "/3/", few, frame),
        Opened("page", "erik", "/4/", few, frame | {"count"}),
        Opened("page", "petra", "/4/", few, frame),
    ]
    assert [(one.first_name, one.path) for one in covering(opened)] == [
        ("erik", "/1/"),
        ("lars", "/2/"),
        ("maja", "/3/"),
        ("erik", "/4/"),
        ("petra", "/4/"),
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
    page = visitor(refused=True)
    let_in(page, demo.one_click(first_name, language="sv"))
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert examine(page, language="sv") == []
