"""A page asks the database as many questions for five hundred signals as for ten."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.figures import figure
from tests.hub.signals.many import make_signals

pytestmark = pytest.mark.django_db

FEW, MANY = 40, 500  # every list has lines with forty
PEOPLE = [("alfa", "analyst"), ("beta", "reviewer"), ("vakten", "reviewer"), ("solros", "coordinator")]
FILTERS = ("", "?type=domain", "?state=verified", "?ceiling=block", "?own=on", "?sort=old", "?sort=expiry", "?page=2")
PAGES = ["/", "/signals/feedback/", *(f"/signals/{one}" for one in FILTERS)]


def test_no_page_asks_more_when_there_is_more(client: Client, cast: Cast) -> None:
    make_signals(cast, FEW)
    few = questions(client, cast)
    make_signals(cast, MANY - FEW, start=FEW)
    many = questions(client, cast)
    figure(
        "pages.queries",
        pages=len(many),
        few=FEW,
        many=MANY,
        most=max(many.values()),
        grown=sum(many[one] > few[one] for one in few),
    )
    assert {one: (few[one], many[one]) for one in few if many[one] > few[one]} == {}


def questions(client: Client, cast: Cast) -> dict[tuple[str, str, str], int]:
    """How many queries each page takes for each of these people."""
    found = {}
    for member, role in PEOPLE:
        cast.sign_in(client, cast.person(member, role))
        client.get("/settings/")  # the first page after sign-in notes the session
        for page in [*PAGES, "/signals/review/"] if role == "reviewer" else PAGES:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(page)
            assert answer.status_code == 200, page
            found[member, role, page] = len(asked)
    return found


def test_the_page_of_protected_names_asks_as_much_for_many_proposals(client: Client, cast: Cast) -> None:
    page, asked = "/signals/protected-names/", []
    cast.sign_in(client, cast.person("vakten", "reviewer"))
    for name in ("google.com", "wikipedia.org", "youtube.com"):
        fields = {"type": "domain", "value": name, "scope": "exact", "reason": "Enligt beslut, hela namnet."}
        assert client.post(page, fields).status_code == 302
        with CaptureQueriesContext(connection) as questions_asked:
            assert client.get(page).status_code == 200
        asked.append(len(questions_asked))
    assert asked[1] == asked[2]
