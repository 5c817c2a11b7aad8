"""`POST /api/agent/report`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from skyddsnat.agent.report import report_payload
from skyddsnat.hub.accounts import pace
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.agents.report import MAX_BYTES, MAX_POSITION, STATES, BadReport, read_report
from skyddsnat.hub.agents.services import MOST_AGENTS
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feed
from tests.cast import Cast
from tests.hub.agents.conftest import HandIn, report, verified_feed

HELD = {"reasons": ["too_many_additions", "from_a_newer_agent"], "added": 8000, "removed": 0}


def test_a_report_makes_the_agent_known(hand_in: HandIn, cast: Cast) -> None:
    answer = hand_in(position={verified_feed(cast): 1_795_000_000_000_000})
    assert answer.status_code == 204
    assert answer.content == b""
    agent = Agent.objects.get()
    assert (agent.member_id, agent.name, agent.state, agent.entries) == ("alfa", "alfa-sthlm-1", "live", 3)
    assert agent.positions == {verified_feed(cast): 1_795_000_000_000_000}
    assert agent.resolvers[1] == {"name": "unbound-2", "ok": False, "checked_at": None, "serial": None}
    assert agent.publish_seconds == pytest.approx(0.42)


def test_the_next_report_replaces_the_one_before(hand_in: HandIn) -> None:
    hand_in()
    first = Agent.objects.get()
    hand_in(entries=7)
    second = Agent.objects.get()
    assert second.entries == 7
    assert second.first_seen_at == first.first_seen_at
    assert second.state_since == first.state_since
    assert second.reported_at > first.reported_at


def test_a_change_of_state_is_logged_and_a_report_as_such_is_not(hand_in: HandIn) -> None:
    hand_in()
    hand_in(entries=4)
    hand_in(state="held", held=HELD)
    hand_in(state="held", held=HELD)
    log = Entry.objects.filter(kind="agent").order_by("id")
    assert [entry.action for entry in log] == ["agent.first_seen", "agent.state_changed"]
    assert log[1].facts == {"state": "held", "reasons": HELD["reasons"]}


def test_a_members_reports_are_counted(hand_in: HandIn, settings: Any) -> None:
    """A stolen token that has an agent fall and rise for ever would fill the log."""
    settings.AGENT_REPORTS_PER_MINUTE = 0
    answer = hand_in()
    assert (answer.status_code, answer.json()["title"], answer["Retry-After"]) == (429, "too_often", "60")
    assert not Agent.objects.exists()


def test_a_members_agent_is_its_own_even_under_anothers_name(hand_in: HandIn) -> None:
    hand_in()
    hand_in(member="beta", entries=9)
    assert {(agent.member_id, agent.entries) for agent in Agent.objects.all()} == {("alfa", 3), ("beta", 9)}


def test_a_position_in_a_collection_that_the_member_may_not_read_is_dropped(hand_in: HandIn, cast: Cast) -> None:
    other = str(feed.inbox("beta").pk)
    hand_in(position={verified_feed(cast): 5, other: 6, "7c9e6679-7425-40de-944b-e07fc1f90ae7": 7})
    assert Agent.objects.get().positions == {verified_feed(cast): 5}


@pytest.mark.parametrize("scope", ["taxii", "shares"])
def test_a_token_of_another_scope_is_refused(hand_in: HandIn, scope: str) -> None:
    answer = hand_in(scope=scope)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]
    assert answer.json()["title"] == "Unauthorized"
    assert not Agent.objects.exists()


@pytest.mark.parametrize("header", [None, "Bearer skn_aaaaaaaaaaaa_" + "a" * 43, "Bearer", "Negotiate x"])
def test_without_a_good_token_nothing_is_taken(client: Client, cast: Cast, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.post("/api/agent/report", json.dumps(report()), content_type="application/json", headers=headers)
    assert answer.status_code == 401
    assert not Agent.objects.exists()


def test_a_signed_in_person_is_no_agent(client: Client, cast: Cast) -> None:
    cast.sign_in(client, cast.person("alfa", "engineer"))
    answer = client.post("/api/agent/report", json.dumps(report()), content_type="application/json")
    assert answer.status_code == 401


def test_only_post_is_answered(client: Client, cast: Cast) -> None:
    answer = client.get("/api/agent/report", headers={"Authorization": f"Bearer {cast.token('alfa', 'stats')}"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer.json()["detail"]


def test_another_media_type_is_refused(client: Client, cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {cast.token('alfa', 'stats')}"}
    answer = client.post("/api/agent/report", json.dumps(report()), content_type="text/plain", headers=headers)
    assert answer.status_code == 415


def test_a_body_that_is_too_large_is_refused_before_it_is_read(hand_in: HandIn) -> None:
    assert hand_in(b" " * (MAX_BYTES + 1)).status_code == 413


def test_a_stolen_token_cannot_fill_the_table(hand_in: HandIn) -> None:
    for number in range(MOST_AGENTS):
        assert hand_in(agent=f"alfa-{number}").status_code == 204
    assert hand_in(agent="one-more").status_code == 409
    assert hand_in(agent="alfa-3", entries=8).status_code == 204
    assert hand_in(member="beta", agent="beta-1").status_code == 204
    assert Agent.objects.filter(member_id="alfa").count() == MOST_AGENTS


def test_no_report_that_is_taken_breaks_a_page(hand_in: HandIn, cast: Cast) -> None:
    """Pages show positions and times as people's clocks do; one stolen token must not take them away from everybody."""
    checked = [{"name": "r1", "ok": True, "checked_at": "2199-12-31T23:59:59+00:00", "serial": 1}]
    assert hand_in(position={verified_feed(cast): MAX_POSITION}, resolvers=checked).status_code == 204
    agent = Agent.objects.get()
    for who in (("alfa", "engineer"), ("vakten", "reviewer")):
        page = cast.sign_in(Client(), cast.person(*who))
        assert page.get(f"/agents/{agent.pk}/").status_code == 200
        assert page.get("/").status_code == 200


def test_the_answer_to_a_bad_report_names_the_field_and_not_its_content(hand_in: HandIn) -> None:
    answer = hand_in(list_sha256="secret-looking-value")
    assert answer.status_code == 400
    assert "list_sha256" in answer.json()["detail"]
    assert "secret-looking-value" not in answer.content.decode()


RESOLVER = {"name": "r", "ok": True, "checked_at": None, "serial": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"agent": ""},
        {"agent": "a" * 81},
        {"agent": "line\nbreak"},
        {"agent": "<b>"},
        {"version": "0.1 beta"},
        {"state": "asleep"},
        {"state": ["live"]},
        {"state": "held"},
        {"held": HELD},
        {"position": []},
        {"position": {"not-a-uuid": 1}},
        {"position": {"7c9e6679-7425-40de-944b-e07fc1f90ae7": -1}},
        {"position": {"7c9e6679-7425-40de-944b-e07fc1f90ae7": 1.5}},
        {"position": {"7c9e6679-7425-40de-944b-e07fc1f90ae7": 2**60}},
        {"list_sha256": "AB" * 32},
        {"entries": -1},
        {"entries": True},
        {"entries": "3"},
        {"entries": 10**9},
        {"resolvers": {}},
        {"resolvers": [RESOLVER] * 201},
        {"resolvers": [RESOLVER | {"ok": 1}]},
        {"resolvers": [RESOLVER | {"serial": 2**32}]},
        {"resolvers": [RESOLVER | {"checked_at": "yesterday"}]},
        {"resolvers": [RESOLVER | {"checked_at": "2026-11-24T10:00:00"}]},
        {"resolvers": [RESOLVER | {"client": "192.0.2.1"}]},
        {"resolvers": [{"name": "r"}]},
        {"state": "held", "held": HELD | {"names": ["listed.example"]}},
        {"state": "held", "held": HELD | {"reasons": ["with a sentence"]}},
        {"state": "held", "held": HELD | {"reasons": ["x"] * 21}},
        {"measured": {}},
        {"measured": {"publish_seconds": -1}},
        {"measured": {"publish_seconds": "fast"}},
        {"measured": {"publish_seconds": 1, "client": "192.0.2.1"}},
        {"at": "2026-11-24"},
        {"at": "0001-01-01T00:00:00+23:59"},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"resolvers": [RESOLVER | {"checked_at": "9999-12-31T23:59:59-23:59"}]},
        {"clients": ["192.0.2.1"]},
    ],
)
def test_whatever_is_not_in_the_contract_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadReport):
        read_report(json.dumps(report(**changes)).encode())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a":NaN}', b"[" * 20_000, b'{"entries":' + b"9" * 5000 + b"}"]
)
def test_whatever_is_no_report_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(BadReport):
        read_report(body)


@pytest.mark.parametrize("missing", sorted(report()))
def test_every_field_is_needed(missing: str) -> None:
    body = report()
    del body[missing]
    with pytest.raises(BadReport, match=missing):
        read_report(json.dumps(body).encode())


def test_not_a_number_is_refused_in_a_figure() -> None:
    body = json.dumps(report(measured={"publish_seconds": float("inf")})).encode()
    with pytest.raises(BadReport):
        read_report(body)


def test_the_hub_reads_what_the_agent_writes() -> None:
    from datetime import UTC, datetime

    from skyddsnat.agent.status import AgentState, Proved, Status

    status = Status(
        state=AgentState.HELD,
        live=None,
        feed_hold={"reasons": ["bad_signature"], "since": "2026-11-24T10:00:00+00:00"},
        list_hold=None,
        approvals=(),
        pin=None,
        faults={},
        positions={"7c9e6679-7425-40de-944b-e07fc1f90ae7": 12},
        heard_at=None,
        resolvers=[{"name": "r1", "ok": True, "checked_at": "2026-11-24T10:00:00+00:00", "serial": 4, "fault": ""}],
        proved=Proved(of=1, answering=1, by=1),
        publish_seconds=None,
        zones={},
        lifted=0,
    )
    payload = report_payload(status, name="alfa-sthlm-1", now=datetime.now(UTC))
    read = read_report(json.dumps(payload).encode())
    assert read.held is not None
    assert read.held.reasons == ("bad_signature",)
    assert read.resolvers[0].serial == 4
    assert set(STATES) == set(AgentState) == set(Agent.State)


def test_what_is_refused_is_not_tried_for_ever(hand_in: HandIn, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On whatever route a token is used: the hub reads each body before it knows."""
    monkeypatch.setattr(pace, "_minute", lambda: "now")
    settings.REFUSED_POSTS_PER_MINUTE = 2
    assert [hand_in().status_code for _ in range(3)] == [204] * 3
    assert [hand_in(entries=-1).status_code for _ in range(2)] == [400] * 2
    answer = hand_in()
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert hand_in(member="beta").status_code == 204, "another token is not held up"
