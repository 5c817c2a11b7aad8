"""The set that an agent keeps between two polls: nothing is read without need, nothing is believed that may have changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.state.feed import FeedState
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each whole set and each whole feed that is read from the disk."""
    found: list[str] = []
    versions, rows = FeedState.versions, FeedState.rows

    def read_versions(self: FeedState, collection: str) -> Iterator[tuple[str, int, str]]:
        found.append("set")
        return versions(self, collection)

    def read_rows(self: FeedState, collections: Iterator[str], *, origins: frozenset[str], urls: bool) -> object:
        found.append("list")
        return rows(self, collections, origins=origins, urls=urls)

    monkeypatch.setattr(FeedState, "versions", read_versions)
    monkeypatch.setattr(FeedState, "rows", read_rows)
    return found


def _round(agent: Agent) -> None:
    assert agent.pull().reasons == ()
    agent.step()


def test_polls_and_small_changes_read_no_whole_set(site: Site, readings: list[str]) -> None:
    first = site.hub.verify("a.example")
    agent = site.agent()
    _round(agent)
    assert readings == ["set", "list"]
    for change in (lambda: None, lambda: site.hub.verify("b.example"), lambda: site.hub.withdraw(first), lambda: None):
        change()
        _round(agent)
    assert readings == ["set", "list"]
    assert {entry.name for entry in agent.planner.in_force()[1]} == {"b.example"}


def test_the_set_is_read_again_after_a_quarter_of_an_hour(site: Site, readings: list[str]) -> None:
    site.hub.verify("a.example")
    agent = site.agent()
    _round(agent)
    site.clock.move(minutes=14)
    _round(agent)
    assert readings.count("set") == 1
    site.clock.move(minutes=2)
    _round(agent)
    assert readings.count("set") == 2


def test_what_another_process_writes_is_seen_at_the_next_poll(site: Site) -> None:
    site.hub.verify("a.example")
    site.hub.verify("b.example")
    agent = site.agent()
    _round(agent)
    with closing(sqlite3.connect(agent.config.data_dir / "state.sqlite")) as other, other:
        other.execute("UPDATE indicators SET live=0 WHERE name='a.example'")
    assert agent.pull().reasons == (Reason.CHANGED_OBJECT,)


def test_a_refused_pull_leaves_no_set_behind(site: Site, readings: list[str]) -> None:
    site.hub.verify("a.example")
    agent = site.agent()
    _round(agent)
    held = agent.reader._sets
    collection = str(agent.config.hub.collections[0])
    held.take(collection, {"indicator--none"})
    _round(agent)
    assert readings.count("set") == 2
