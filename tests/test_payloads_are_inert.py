"""Whatever text comes in by whatever door, it is refused or kept as text: no page makes an element, handler or address of it.

Walked with the model's table of routes: a form on a new page is found and tried by itself.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.models import Circle, LegalBasis, Member, Person
from skyddsnat.hub.signals.models import SavedFilter
from tests.cast import Cast
from tests.effort import tries
from tests.every_route import walk, world_of
from tests.figures import figure
from tests.hub.agents.conftest import report
from tests.hub.signals.conftest import Stage
from tests.hub.taxii.conftest import Machine
from tests.hub.taxii.test_posting import report as indicator
from tests.inert import MARK, PAYLOADS, Form, Page, faults, next_payloads

NOT_SENT = re.compile(
    r"account_\w+|mfa_\w+|usersessions_list|accounts:(session_end|enrol|token_revoke)|members:(\w*close|leave)|pages:demo_sign_in"
)
"""Would sign the sender out or end their access."""
WHO = (("solros", "coordinator"), ("vakten", "reviewer"), ("alfa", "analyst"), ("alfa", "engineer"))


def inert(answer: HttpResponse) -> list[str]:
    """Faults of one answer; what is no page must say so and may not be guessed at."""
    found = []
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    if any(MARK in f"{name}{value}" for name, value in answer.headers.items() if name not in {"Location", "Link"}):
        found.append("a header from outside")
    if answer.get("Content-Type", "").startswith("text/html"):
        found += page_of(answer).faults
    elif answer.content and answer.get("X-Content-Type-Options") != "nosniff":
        found.append("a type that may be guessed")
    return found


def page_of(answer: HttpResponse) -> Page:
    """An answer's page, read once."""
    return read(answer.content.decode())


read = lru_cache(maxsize=1)(Page)


def send(browser: Client, path: str, form: Form, name: str, payload: str) -> HttpResponse | None:
    """The form with the payload in one field, or None where sending it would end the walk."""
    where = form.action or path
    try:
        if NOT_SENT.fullmatch(resolve(where.partition("?")[0]).view_name) or not where.startswith("/"):
            return None
    except Resolver404:
        return None
    act = browser.post if form.method == "post" else browser.get
    return act(where, {**form.values, name: payload})


def test_no_payload_becomes_markup_on_any_page(cast: Cast) -> None:
    stage = Stage(cast)
    ids = world_of(stage)
    plant(cast)
    doors = {"taxii": by_taxii(cast), "lists": by_lists(cast), "report": by_report(cast)}
    fields: set[tuple[str, str]] = set()
    pages = sent = shown = 0
    payloads = next_payloads()
    browsers: dict[tuple[str, str], Client] = {}
    for name, path, who, answer in walk(stage, ids, posts=False, people=WHO):
        assert inert(answer) == [], (name, path, who)
        if who is None or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        pages += 1
        shown += MARK.encode() in answer.content
        if who not in browsers:
            browsers[who] = cast.sign_in(Client(), cast.person(*who))
        for form in page_of(answer).forms:
            for text in form.texts:
                key = (form.action or name, text)
                if key in fields:
                    continue
                fields.add(key)
                for _ in range(tries(short=1, long=len(PAYLOADS))):
                    payload = next(payloads)
                    told = send(browsers[who], path, form, text, payload)
                    sent += told is not None
                    assert told is None or inert(told) == [], (key, payload[:60])
    for name, path, who, answer in walk(stage, ids, posts=False, people=WHO[1:3]):
        pages += 1
        assert inert(answer) == [], (name, path, who)
        shown += MARK.encode() in answer.content
    assert len(fields) >= 80, "the walk found too few fields to mean anything"
    assert shown >= 20, "what was planted did not show"
    figure("xss.fields", fields=len(fields), sent=sent, pages=pages, pages_that_show_one=shown, ran=0, **doors)


def plant(cast: Cast) -> None:
    """Past every check, straight into the database: a page must be inert even where a check has a hole."""
    kinds = [payload.replace("\0", "") for payload in PAYLOADS.values()]
    for model, columns in (
        (Member, ("name", "on_call_phone")),
        (Circle, ("name", "purpose")),
        (LegalBasis, ("activity", "basis", "purpose")),
        (Person, ("name",)),
        (Agent, ("name", "version", "list_sha256")),
        (ApiToken, ("label",)),
        (SavedFilter, ("name",)),
    ):
        there = {field.name: getattr(field, "max_length", None) for field in model._meta.get_fields()}
        for row, one in enumerate(model._default_manager.all()):
            new = {column: kinds[(row + place) % len(kinds)][: there[column]] for place, column in enumerate(columns)}
            model._default_manager.filter(pk=one.pk).update(**new)


def by_taxii(cast: Cast) -> int:
    """Each property of an indicator in turn.  How many were tried."""
    machine = Machine(cast.token("alfa", "taxii"), "alfa", Client())
    inbox = feeds.inbox("alfa").pk
    tried = 0
    good: dict[str, Any] = indicator("lek-tio.test")
    for name in [*good, "description", "name", "labels", "x_new", "lang", "external_references", MARK]:
        for payload in list(PAYLOADS.values())[tried % 4 :: 4]:
            answer = machine.post(inbox, {**good, name: payload})
            assert inert(answer) == [], (name, payload[:60])
            assert answer["Content-Type"].startswith("application/taxii+json")
            tried += 1
    return tried


def by_lists(cast: Cast) -> int:
    """Each column of a CSV file, each property of STIX and MISP; the file's own name too.  How many were tried."""
    browser = cast.sign_in(Client(), cast.person("alfa", "analyst"))
    base = {"circle": str(cast.circle.pk), "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    tried = 0
    for name, payload in PAYLOADS.items():
        cell = '"' + payload.replace('"', '""') + '"'
        attribute = {"type": "domain", "value": payload, "comment": payload, "uuid": payload}
        event = {"Event": {"info": payload, "Attribute": [attribute]}}
        objects = [{**indicator("lek-elva.test"), "name": payload, "description": payload}]
        bundle = {"type": "bundle", "id": payload, "objects": objects}
        for file, body in (
            (
                f"{payload[:40]}.csv",
                f"value,note,reference,{cell}\n{cell},{cell},{cell},{cell}\nlek.test,{cell},,\n".encode(),
            ),
            (f"{name}.json", dumps(event)),
            (f"{name}.json", dumps(bundle)),
        ):
            answer = browser.post("/lists/import/", {**base, "file": SimpleUploadedFile(file, body)}, follow=True)
            assert inert(answer) == [], (file, payload[:60])
            tried += 1
    return tried


def by_report(cast: Cast) -> int:
    """Each field of an agent's report.  How many were tried."""
    browser, token = Client(), cast.token("alfa", "stats")
    tried = 0
    for name in report():
        for payload in PAYLOADS.values():
            body = dumps({**report(), name: payload})
            answer = browser.post(
                "/api/agent/report", body, "application/json", headers={"Authorization": f"Bearer {token}"}
            )
            assert inert(answer) == [], (name, payload[:60])
            tried += 1
    return tried


def dumps(thing: Any) -> bytes:
    return json.dumps(thing).encode()


@pytest.mark.parametrize(
    "kind", sorted(PAYLOADS.keys() - {"address", "data", "markdown", "entity", "null", "line", "template"})
)
def test_each_planted_way_of_running_is_seen(kind: str) -> None:
    """In a page that escapes nothing; addresses and templates have their own places."""
    assert faults(f"<p>{PAYLOADS[kind]}</p><input value=\"{PAYLOADS[kind]}\"><input value='{PAYLOADS[kind]}'>") != []


@pytest.mark.parametrize(
    "page",
    [
        f"<a href='{PAYLOADS['address']}'>x</a>",
        f"<a href='{PAYLOADS['data']}'>x</a>",
        f"<p>14{MARK}</p>",
        f"<img src={MARK}>",
    ],
)
def test_an_address_and_a_template_from_outside_are_seen(page: str) -> None:
    assert faults(page) != []


def test_text_that_only_speaks_of_it_is_no_fault() -> None:
    from django.utils.html import escape

    for payload in PAYLOADS.values():
        assert (
            faults(f'<p title="{escape(payload)}">{escape(payload)}</p><textarea name="x">{escape(payload)}</textarea>')
            == []
        )
