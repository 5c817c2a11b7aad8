"""`/api/statistics/…` as an agent sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.statistics.models import Revision
from skyddsnat.policy.statistics.words import Correction
from skyddsnat.protocols.statistics import Corrects, Figure, figure_bytes
from tests.hub.statistics.conftest import LOOKUPS, Stats, figure

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture
def send(stats: Stats, client: Client) -> Send:
    """Post a figure, or bytes, with a member's token."""

    def post(
        body: Figure | bytes, *, member: str = "alfa", scope: str = "stats", kind: str = "application/json"
    ) -> Any:
        raw = figure_bytes(body) if isinstance(body, Figure) else body
        bearer = f"Bearer {stats.cast.token(member, scope)}"
        return client.post("/api/statistics/figures", raw, content_type=kind, HTTP_AUTHORIZATION=bearer)

    return post


def test_a_figure_is_taken_once_however_often_it_is_sent(stats: Stats, send: Send) -> None:
    stats.opened()
    sent = figure()
    first, again = send(sent), send(sent)
    assert (first.status_code, again.status_code) == (201, 200)
    expected = {"metric": LOOKUPS, "period": "2026-01", "revision": 1, "warnings": [], "explain": False}
    assert first.json() == again.json() == expected
    assert Revision.objects.get().token


def test_what_looks_odd_is_told_at_once(stats: Stats, send: Send) -> None:
    stats.opened()
    send(figure(value=90))
    answer = send(figure(period="2026-02", value=90_000))
    assert (answer.status_code, answer.json()["warnings"], answer.json()["explain"]) == (201, ["slip"], True)


def test_a_correction_names_what_it_corrects(stats: Stats, send: Send) -> None:
    stats.opened()
    send(figure())
    there = send(figure())
    assert (there.status_code, there.json()["code"]) == (409, "already_there")
    mended = send(figure(value=5, corrects=Corrects(1, Correction.COUNTED_WRONG)))
    assert (mended.status_code, mended.json()["revision"]) == (201, 2)


def test_corrections_are_counted_and_the_same_again_is_none(stats: Stats, send: Send, settings: Any) -> None:
    settings.FIGURE_CORRECTIONS_PER_HOUR = 1
    stats.opened()
    send(figure())
    first = figure(value=5, corrects=Corrects(1, Correction.COUNTED_WRONG))
    assert [send(first).status_code, send(first).status_code] == [201, 200]
    answer = send(figure(value=6, corrects=Corrects(2, Correction.COUNTED_WRONG)))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"metric": "MET-BLK-01"}, "secret_metric"),
        ({"metric": "MET-SHR-01"}, "not_collected"),
        ({"listed": None}, "no_list"),
    ],
)
def test_what_is_not_collected_is_refused_in_plain_words(
    stats: Stats, send: Send, changes: dict[str, Any], code: str
) -> None:
    stats.opened()
    answer = send(replace(figure(), **changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Revision.objects.exists()


def test_what_is_no_figure_is_refused(stats: Stats, send: Send) -> None:
    stats.opened()
    spoilt = json.loads(figure_bytes(figure())) | {"client": "10.0.0.1"}
    answer = send(json.dumps(spoilt).encode())
    assert (answer.status_code, answer.json()["detail"]) == (400, "the figure lacks or has too much of: client")
    assert send(b"x" * 3000).status_code == 413
    assert send(figure(), kind="text/plain").status_code == 415


def test_another_scope_opens_nothing(stats: Stats, send: Send, client: Client) -> None:
    stats.opened()
    assert send(figure(), scope="taxii").status_code == 401
    assert client.get("/api/statistics/wanted").status_code == 401
    assert client.get("/api/statistics/figures").status_code == 405


def test_a_machine_asks_what_is_wanted_of_its_own_member(
    stats: Stats, send: Send, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: stats.now)  # a year on, these months are asked for no more
    stats.opened(first="2026-09")
    send(figure(period="2026-09"))
    bearer = f"Bearer {stats.cast.token('alfa', 'stats')}"
    found = client.get("/api/statistics/wanted", HTTP_AUTHORIZATION=bearer).json()["wanted"]
    by_period = {one["period"]: one for one in found}
    assert by_period["2026-09"] == {"metric": LOOKUPS, "period": "2026-09", "due": "2026-10-14", "revision": 1}
    assert by_period["2026-10"]["revision"] == 0
    other = f"Bearer {stats.cast.token('beta', 'stats')}"
    rest = client.get("/api/statistics/wanted", HTTP_AUTHORIZATION=other).json()["wanted"]
    assert {one["revision"] for one in rest} == {0}
