"""What people, files and machines brought in stays text in a real browser: no script of theirs runs, and nothing even tries to.

`tests/test_payloads_are_inert.py` reads the pages' source, on every form and by every door.  Here Chromium itself judges, with
our styles, scripts and content security policy at work: pages are opened, unfolded, hovered over, and their forms sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from skyddsnat.demo.story.chromium import launched
from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.lists.drafts import pack
from skyddsnat.hub.lists.models import Export, Import, ImportRow
from skyddsnat.hub.members.models import Circle, Coalition, LegalBasis, Member, Person
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride, Reveal, SavedFilter, Submission
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import Marking, SignalType
from tests.cast import Cast
from tests.every_route import Ids, addresses, every_route, world_of
from tests.figures import figure
from tests.hub.signals.conftest import Stage
from tests.inert import MARK, PAYLOADS
from tests.journeys.inert import Watched
from tests.model.routes import ROUTES
from tests.test_payloads_are_inert import NOT_SENT

pytestmark = [pytest.mark.servers, pytest.mark.browser]

READERS = {
    ("solros", "coordinator"): r"(members|pages|lists|agents|accounts):\w+",
    ("alfa", "analyst"): r"(signals|pages|lists):\w+",
}
"""Who reads which of the routes: between them every page that shows what somebody wrote."""
KINDS = [text.replace("\0", "")[:300] for name, text in PAYLOADS.items() if name != "line"]
"""Without what no browser shows as it was written: a null, a line's end."""
RUNS = ("script", "attribute", "single", "address", "data", "svg", "style", "closing", "comment")
"""Kinds that do something by themselves where nobody escapes them."""
FORMS = """() => [...document.forms].map((form) => [
  new URL(form.action).pathname, [...form.elements].filter((one) => one.name && one.matches(
    "textarea, input:not([type]), input[type=text], input[type=search], input[type=email], input[type=url]"
  )).map((one) => one.name).join(" ")])"""
SMALL_COLUMNS: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Coalition, ("name",)),
    (Member, ("name", "on_call_phone")),
    (Circle, ("name", "purpose")),
    (LegalBasis, ("activity", "basis", "purpose")),
    (Person, ("name",)),
    (Agent, ("name", "version")),
    (ApiToken, ("label",)),
    (SavedFilter, ("name",)),
    (Submission, ("note", "stix_id")),
    (Reveal, ("note",)),
    (Export, ("note",)),
    (ProtectOverride, ("reason", "value")),
    (BlockRule, ("reason",)),
)
"""Every column that holds words which people of another member, or of the same, get to read."""


def plant(stage: Stage) -> None:
    """A payload of each kind in each column, past every check: a page must be inert even where a check has a hole."""
    cast, kinds = stage.cast, cycle(KINDS)
    analyst = cast.person("alfa", "analyst")
    mine: dict[str, Any] = {"member": cast.alfa, "person": analyst}
    signal = stage.signal("alfa", MARK, type=SignalType.TERM)
    Reveal.objects.create(signal=signal, reason="case", note="x", at=stage.now, **mine)
    taken = {"form": "csv", "plain": True, "reason": "check", "note": "x", "count": 1, "planted": 0}
    Export.objects.create(circle=cast.circle, at=stage.now, **taken, **mine)
    SavedFilter.objects.create(place="list", name="x", created_at=stage.now, shared=True, **mine)
    for brought in Import.objects.all():
        for place, text in enumerate(KINDS, start=1):
            draft = pack(SignalDraft(SignalType.TERM, text, note=text), Marking.AMBER)
            ImportRow.objects.create(import_of=brought, place=place, number=place, draft=draft, expected="created")
    for model, columns in SMALL_COLUMNS:
        rows = list(model._default_manager.all())
        assert rows, f"nothing of {model.__name__} to plant in"
        for row in rows:
            for column in columns:
                setattr(row, column, next(kinds)[: model._meta.get_field(column).max_length])
            row.save(update_fields=columns)


def pages(ids: Ids, names: str) -> list[str]:
    """The path of every page for people under these routes, with real ids in it."""
    routes = [one for one in every_route() if ROUTES[one[0]].shows and re.fullmatch(names, one[0])]
    return [path for name, parameters in routes for path in addresses(name, parameters, ids)]


def resolved(where: str) -> str:
    """The name of the route that a form is sent to; empty for one of nobody."""
    try:
        return resolve(where.partition("?")[0]).view_name
    except Resolver404:
        return ""


def cookie_of(cast: Cast, who: tuple[str, str]) -> str:
    """The session of one who has just signed in."""
    return str(cast.sign_in(Client(), cast.person(*who)).cookies[settings.SESSION_COOKIE_NAME].value)


def visit(
    browser: Browser, address: str, cookie: str, paths: Sequence[str], known: set[str]
) -> tuple[Watched, Counter[str]]:
    """One reader's pages in Chromium, and each form on them that no page before had.  Answers with what was seen, and counts."""
    context = browser.new_context(base_url=address, locale="sv-SE")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    watched, counts, kinds = Watched(context.new_page(), KINDS), Counter[str](), cycle(KINDS)
    for path in paths:
        answer = watched.page.goto(path)
        if answer is None or answer.status != 200 or not watched.page.url.endswith(path):
            continue
        watched.look()
        counts["pages"] += 1
        for index, (where, fields) in enumerate(watched.page.evaluate(FORMS)):
            name = resolved(where)
            if not fields or not name or f"{name} {fields}" in known or NOT_SENT.fullmatch(name):
                continue
            known.add(f"{name} {fields}")
            if not watched.page.url.endswith(path):
                watched.page.goto(path)
            watched.send(index, list(islice(kinds, 4)))
            counts["forms"] += 1
            counts["fields"] += len(fields.split())
    context.close()
    return watched, counts


def test_no_payload_runs_in_a_browser(cast: Cast, live_server: LiveServer) -> None:
    stage = Stage(cast)
    ids = world_of(stage)
    plant(stage)
    known: set[str] = set()
    tours = [(cookie_of(cast, who), pages(ids, names)) for who, names in READERS.items()]
    faults, shown, counts = [], set[str](), Counter[str]()
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for cookie, paths in tours:
            watched, seen = visit(browser, live_server.url, cookie, paths, known)
            faults += watched.faults
            shown |= watched.shown
            counts += seen
        browser.close()
    figure("xss.browser", **counts, kinds=len(KINDS), shown_as_text=len(shown), ran=len(faults))
    assert faults == []
    assert set(KINDS) - shown == set(), "each kind must stand on some page, letter by letter"
    assert counts["pages"] >= 45, "the walk found too few pages to mean anything"
    assert counts["fields"] >= 30, "the walk found too few fields to mean anything"


def test_what_the_browser_looks_for_is_seen_where_a_page_escapes_nothing() -> None:
    """Without our policy and escaping, each kind that can do anything is found."""
    missed = []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for name in RUNS:
            watched = Watched(browser.new_page(), [])
            told = PAYLOADS[name]
            watched.page.set_content(
                f'<p>{told}</p><input value="{told}"><input value=\'{told}\'><a href="{told}">x</a>'
            )
            watched.look()
            missed += [] if watched.faults else [name]
            watched.page.close()
        browser.close()
    assert missed == []
