"""The side navigation shows what the roles allow, and each of its links works for who sees it."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.pages.navigation import SECTIONS, START, drawn, navigation_for
from skyddsnat.policy.vocabulary import Role
from tests.cast import Cast
from tests.effort import LONG
from tests.every_route import PEOPLE, addresses, world_of
from tests.hub.pages.conftest import Open
from tests.hub.signals.conftest import Stage
from tests.model.routes import ROUTES
from tests.model.table import Door


def names(person: Person) -> set[str]:
    return {link.name for section in navigation_for(person, "", "", {}) for link in section.links}


FOR_ALL = {"pages:work", "knowledge:index", "members:list", "members:circles", "members:people", "members:legal"}


@pytest.mark.parametrize(
    ("who", "has", "has_not"),
    [
        (
            ("alfa", "analyst"),
            {"signals:list", "signals:new", "agents:list"},
            {"signals:queue", "accounts:tokens", "audit:list"},
        ),
        (("alfa", "reviewer"), {"signals:list", "signals:queue"}, {"accounts:tokens", "audit:list"}),
        (("alfa", "engineer"), {"agents:list", "accounts:tokens", "signals:list"}, {"signals:queue", "audit:list"}),
        (
            ("solros", "coordinator"),
            {"agents:list"},
            {"signals:list", "signals:queue", "signals:new", "accounts:tokens"},
        ),
        (("solros", "auditor"), {"audit:list", "signals:list"}, {"signals:queue", "signals:new", "accounts:tokens"}),
        (("solros", "analyst"), {"signals:list", "signals:new"}, {"agents:list", "audit:list"}),
        (("vakten", "analyst"), {"signals:list", "agents:list"}, {"signals:queue"}),
        (("zonen", "analyst"), {"signals:list"}, {"agents:list"}),
    ],
)
def test_a_role_sees_its_own_pages(cast: Cast, who: tuple[str, str], has: set[str], has_not: set[str]) -> None:
    seen = names(cast.person(*who))
    assert seen >= has | FOR_ALL
    assert not seen & has_not


def test_nobody_sees_a_link_that_the_model_of_access_closes(cast: Cast) -> None:
    """That each route opens for whom the model says, and for nobody else, is asked of all of them in tests/model/test_walk.py."""
    for person in cast.people.values():
        for name in names(person):
            route = ROUTES[name]
            assert (route.door, dict(route.takes), "GET" in route.methods) == (Door.PERSON, {}, True), name
            assert not route.roles or not route.roles.isdisjoint(map(Role, person.roles)), f"{person} {name}"


def one_of_each_role(cast: Cast) -> list[Person]:
    """Everyone with much effort."""
    return list(cast.people.values() if LONG else {role: person for (_, role), person in cast.people.items()}.values())


def test_every_link_can_be_followed_and_is_marked_on_its_page(cast: Cast, client: Client) -> None:
    for person in one_of_each_role(cast):
        cast.sign_in(client, person)
        for section in navigation_for(person, "", "", {}):
            for link in section.links:
                answer = client.get(link.href)
                assert answer.status_code == 200, f"{person} {link.name}"
                assert f'href="{link.href}" aria-current="page"' in answer.content.decode(), link.name


CRUMB = re.compile(r'<nav class="crumbs"[^>]*><ol><li><a href="([^"?]*)')
SIDE_LINK = re.compile(r'<a class="side-link" href="([^"]*)"( aria-current="page")?')


def test_a_page_lights_the_link_that_its_breadcrumb_names(cast: Cast) -> None:
    """Each page once, as the first who may open it."""
    seen, ids = set(), world_of(Stage(cast))
    browsers = [cast.sign_in(Client(), cast.person(*who)) for who in PEOPLE]
    for name, route in ROUTES.items():
        if not route.shows or route.door is not Door.PERSON:
            continue
        for path in addresses(name, frozenset(route.takes), ids):
            answers = (browser.get(path) for browser in browsers)
            page = next((answer.content.decode() for answer in answers if answer.status_code == 200), "")
            links, crumb = dict(SIDE_LINK.findall(page)), CRUMB.search(page)
            if crumb and crumb[1] in links:
                seen.add(name)
                assert [link for link, mark in links.items() if mark] == [crumb[1]], name
    assert seen >= {"members:person", "members:circle", "members:legal_edit", "signals:review"}


def test_a_page_lights_the_nearest_link_above_its_address(cast: Cast) -> None:
    """For who sees it, whatever the ids; a page that a link claims lights that one."""
    claimed = {name for section in SECTIONS for link in section.links for name in link.also}
    lone = set()
    for name, route in ROUTES.items():
        if not route.shows or route.door is not Door.PERSON or name in claimed:
            continue
        path = next(addresses(name, frozenset(route.takes), lambda _route, _parameter: [uuid4(), 7, "known"]))
        for person in one_of_each_role(cast):
            links = [one for section in navigation_for(person, name, path, {}) for one in section.links]
            above = [link.href for link in links if link.name != START and path.startswith(link.href)]
            lit = [link.href for link in links if link.current]
            if above:
                assert lit == [max(above, key=len)], f"{name} for {person}"
            elif name != START:
                assert not lit, f"{name} for {person}"
                lone.add(name)
    assert lone >= {"pages:settings", "pages:about"}


def test_no_link_is_left_out_for_want_of_a_route() -> None:
    for section in SECTIONS:
        for link in section.links:
            assert reverse(link.name)
            assert all(":" in name for name in link.also)


def test_shortcuts_of_the_navigation_are_all_different() -> None:
    keys = [link.shortcut for section in SECTIONS for link in section.links if link.shortcut]
    assert len(keys) == len(set(keys))
    assert all(key.startswith("g ") and len(key) == 3 for key in keys)


def test_the_page_one_is_on_is_marked(open_as: Open) -> None:
    text = open_as(("alfa", "analyst"), reverse("members:circles"))
    assert text.count('aria-current="page"') >= 1
    assert f'href="{reverse("members:circles")}" aria-current="page"' in text
    assert f'href="{reverse("pages:work")}" aria-current="page"' not in text


def test_a_count_is_told_in_words_too(cast: Cast) -> None:
    (first, *_rest) = navigation_for(cast.person("alfa", "reviewer"), "", "", {"signals:queue": 4})
    queue = next(link for link in first.links if link.name == "signals:queue")
    assert queue.count == 4


def test_a_link_that_was_drawn_is_drawn_anew_for_another_count_language_or_page(cast: Cast) -> None:
    """What is drawn once is drawn once of what looks the same."""

    def seen(current: str, count: int, language: str) -> str:
        with translation.override(language):
            person = cast.person("alfa", "reviewer")
            return "".join(links for _, links in drawn(navigation_for(person, current, "", {"signals:queue": count})))

    first = seen("pages:work", 4, "sv")
    assert 'class="count">4<' in first
    assert ">Review<" not in first
    assert seen("pages:work", 4, "sv") == first
    assert 'class="count">5<' in seen("pages:work", 5, "sv")
    assert ">Review<" in seen("pages:work", 4, "en")
    assert f'href="{reverse("signals:queue")}" aria-current="page"' in seen("signals:queue", 4, "sv")
    assert seen("pages:work", 4, "sv") == first


def test_no_two_links_look_alike_where_words_are_not_read() -> None:
    icons = [link.icon for section in SECTIONS for link in section.links]
    assert len(icons) == len(set(icons)), sorted(icons)
