"""A hub in wicked hands may answer anything: the agent says so in one line, keeps what it has, and goes on running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest

from skyddsnat.agent import answers
from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.client import HubClient
from skyddsnat.agent.errors import HubError
from skyddsnat.agent.indicator import parse_indicator
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.status import AgentState
from tests.agent.conftest import Site

PAST, FUTURE = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"
"""Times that can be written and, in UTC, are none."""


def client_of(site: Site, answer: Callable[[httpx.Request], httpx.Response]) -> HubClient:
    return HubClient(site.agent().config.hub, transport=httpx.MockTransport(answer), sleep=lambda _: None)


@pytest.fixture
def endless() -> Iterator[bytes]:
    def flow() -> Iterator[bytes]:
        while True:
            yield b" " * 1_000

    return flow()


@pytest.mark.parametrize(
    "ask",
    [
        lambda hub, site: hub.head(site.hub.collection),
        lambda hub, site: list(hub.pages(site.hub.collection, after=0)),
        lambda hub, site: hub.protected(),
        lambda hub, site: hub.report({}),
        lambda hub, site: hub.post("/api/log/cosignatures", {}),
        lambda hub, site: hub.get_text("/api/log/checkpoint", {}),
    ],
)
def test_an_answer_without_an_end_is_read_to_a_limit(
    site: Site, endless: Iterator[bytes], monkeypatch: pytest.MonkeyPatch, ask: Callable[[HubClient, Site], object]
) -> None:
    monkeypatch.setattr(answers, "LONGEST", 10_000)
    hub = client_of(site, lambda _: httpx.Response(200, content=endless))
    with pytest.raises(HubError, match="longer than 10000 bytes"):
        ask(hub, site)


@pytest.mark.parametrize("cursor", ["\n", "a" * 70_000, "1&match[version]=all", {"a": 1}, 7, "å"])
def test_a_next_page_that_is_no_cursor_is_refused(site: Site, cursor: object) -> None:
    hub = client_of(site, lambda _: httpx.Response(200, json={"objects": [], "more": True, "next": cursor}))
    with pytest.raises(HubError, match="no cursor"):
        list(hub.pages(site.hub.collection, after=0))


def test_pages_that_come_one_by_one_for_hours_end_with_a_clear_line(site: Site) -> None:
    asked = iter(range(1, 100))
    hub = HubClient(
        site.agent().config.hub,
        transport=httpx.MockTransport(
            lambda _: httpx.Response(200, json={"objects": [], "more": True, "next": f"a{next(asked)}"})
        ),
        monotonic=lambda: 1000.0 * next(asked),
    )
    with pytest.raises(HubError, match="within two hours"):
        list(hub.pages(site.hub.collection, after=0))
    assert next(asked) < 30


@pytest.mark.parametrize("moment", [PAST, FUTURE])
def test_an_entry_that_ends_at_no_time_is_held_and_stops_nothing_else(site: Site, moment: str) -> None:
    site.hub.change(site.hub.verify("first.test"), valid_until=moment)
    site.hub.verify("second.test")
    agent = site.agent()
    agent.pull()
    agent.step()
    assert agent.status().list_hold is not None
    assert agent.status().list_hold["reasons"] == ["unreadable_name"]


@pytest.mark.parametrize("moment", [PAST, FUTURE])
def test_a_version_at_no_time_is_refused(moment: str) -> None:
    with pytest.raises(HubError, match="without id or modified"):
        parse_indicator({"type": "indicator", "id": "indicator--1", "modified": moment})


def test_an_error_that_nobody_foresaw_is_told_without_its_text_and_ends_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    running = Loop(agent, stop=threading.Event())
    running.round()

    def broken(self: Agent) -> None:
        raise KeyError("bad.test")

    with monkeypatch.context() as patched:
        patched.setattr(Agent, "pull", broken)
        running.round()
    assert agent.status().state is AgentState.ERROR
    assert "KeyError in broken" in agent.status().faults["agent"]["line"]
    assert "bad.test" not in caplog.text
    assert running._pause() > agent.config.hub.poll_seconds
    running.round()
    running._reporter.close()
    assert agent.status().faults == {}
    assert agent.status().state is AgentState.LIVE


def test_a_title_steers_no_terminal_and_ends_no_line(site: Site) -> None:
    """`agent init` shows it, and writes it behind a setting."""
    listed = [{"id": str(UUID(int=1)), "title": "Spärrlista\x1b[2J\nurl = x" + "\u202e" * 500}]
    (found,) = client_of(site, lambda _: httpx.Response(200, json={"collections": listed})).collections()
    assert found.title.startswith("Spärrlista [2J url = x")
    assert found.title.isprintable()
    assert len(found.title) == 120
