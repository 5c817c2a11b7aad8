"""The running agent, one round at a time: whatever fails, the list in force stays and the next round tries again."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.loop import LONGEST_PAUSE, Loop
from skyddsnat.agent.report import Reporter
from tests.agent.conftest import Site


@pytest.fixture
def loop(site: Site) -> Iterator[tuple[Site, Agent, Loop]]:
    agent = site.agent()
    made = Loop(agent, stop=threading.Event())
    yield site, agent, made
    made._reporter.close()


Looping = tuple[Site, Agent, Loop]


def entries(agent: Agent) -> int:
    live = agent.state.lists.live()
    return live.size if live else -1


def test_a_round_pulls_publishes_and_reports(loop: Looping) -> None:
    site, agent, running = loop
    site.hub.verify("bad.test")
    running.round()
    assert entries(agent) == 1
    await_true(lambda: bool(site.hub.reports))
    assert site.hub.reports[-1]["state"] == "live"
    assert running._pause() == agent.config.hub.poll_seconds


def test_a_quiet_minute_is_not_reported_again_and_again(loop: Looping) -> None:
    site, _, running = loop
    for _ in range(4):
        running.round()
    await_true(lambda: bool(site.hub.reports))
    time.sleep(0.2)
    assert len(site.hub.reports) == 1


def test_a_hold_is_reported_in_the_round_in_which_it_happens(loop: Looping) -> None:
    site, _, running = loop
    running.round()
    site.hub.verify("alfa-operator.test")
    running.round()
    await_true(lambda: site.hub.reports[-1]["state"] == "held")
    assert site.hub.reports[-1]["held"] == {"reasons": ["protected_name"], "added": 1, "removed": 0}


def test_the_pause_grows_while_the_hub_is_away_and_shrinks_when_it_is_back(loop: Looping) -> None:
    site, agent, running = loop
    site.hub.verify("bad.test")
    running.round()
    site.hub.stop()
    pauses = []
    for _ in range(3):
        running.round()
        pauses.append(running._pause())
    assert pauses == [4, 8, 16]
    running._failures = 50
    assert running._pause() == LONGEST_PAUSE
    assert entries(agent) == 1
    site.hub.come_back()
    running.round()
    assert running._pause() == 2


def test_a_hub_that_does_not_take_reports_stops_nothing(loop: Looping) -> None:
    site, agent, running = loop
    (site.folder / "stats.token").write_text("skn_wrong\n")
    site.hub.verify("bad.test")
    running.round()
    site.hub.verify("second.test")
    running.round()
    assert entries(agent) == 2
    assert site.hub.reports == []


def test_a_lost_token_is_a_fault_and_no_end(loop: Looping) -> None:
    site, agent, running = loop
    site.hub.verify("bad.test")
    running.round()
    (site.folder / "taxii.token").unlink()
    running.round()
    assert "taxii.token cannot be read" in agent.status().faults["hub"]["line"]
    assert entries(agent) == 1
    (site.folder / "taxii.token").write_text("skn_taxii_of_the_test\n")
    site.hub.verify("second.test")
    running.round()
    assert entries(agent) == 2


def test_a_full_disk_is_ridden_out(loop: Looping, monkeypatch: pytest.MonkeyPatch) -> None:
    site, agent, running = loop
    site.hub.verify("bad.test")
    running.round()
    agent.pull()

    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(agent.enforcer, "step", full)
        running.round()
    assert running._failures == 1
    site.hub.verify("second.test")
    running.round()
    assert entries(agent) == 2


def test_publishes_keep_the_distance_that_the_resolvers_need(site: Site) -> None:
    agent = site.configure(publish_interval_seconds="6").agent()
    running = Loop(agent, stop=threading.Event())
    now = 100.0
    agent.monotonic = lambda: now
    site.hub.verify("bad.test")
    running.round()
    site.hub.verify("second.test")
    now = 105.9
    running.round()
    assert entries(agent) == 1
    now = 106.1
    running.round()
    assert entries(agent) == 2
    running._reporter.close()


def test_what_somebody_changed_is_put_right_within_half_a_minute_and_a_quiet_agent_tells_each_minute(
    site: Site,
) -> None:
    file = site.folder / "list.txt"
    site.more = f'\n[[output]]\nkind = "domains"\nfile = "{file}"\n'
    agent = site.configure().agent()
    running = Loop(agent, stop=threading.Event())
    sent: list[object] = []
    running._reporter.hand_in = sent.append  # type: ignore[method-assign]
    now = 100.0
    agent.monotonic = lambda: now
    site.hub.verify("bad.test")
    running.round()
    running.round()  # the list is told of once it is in force
    told, places = len(sent), (site.zone_dir / "hot.zone", file)
    whole = [path.read_text() for path in places]
    for path in places:
        path.write_text("")
    now = 129.0
    running.round()
    assert [path.read_text() for path in places] == ["", ""]
    now = 131.0
    running.round()
    assert [path.read_text() for path in places] == whole
    assert len(sent) == told
    now = 161.0
    running.round()
    assert len(sent) == told + 1


def test_only_the_newest_report_is_sent_to_a_slow_hub() -> None:
    sent: list[object] = []
    answered: list[object] = []
    busy, go = threading.Event(), threading.Event()

    def slow(payload: object) -> None:
        sent.append(payload)
        busy.set()
        go.wait(120)
        answered.append(payload)

    reporter = Reporter(slow)
    reporter.hand_in({"number": 1})
    assert busy.wait(120)
    for number in (2, 3, 4):
        reporter.hand_in({"number": number})
    assert answered == [], "nobody waited for the hub"
    go.set()
    reporter.close()
    assert sent == [{"number": 1}, {"number": 4}]


def test_a_fault_that_nobody_foresaw_ends_no_reporting() -> None:
    sent: list[object] = []
    told = threading.Event()

    def faulty(payload: object) -> None:
        sent.append(payload)
        if len(sent) == 1:
            told.set()
            raise KeyError("never said")

    reporter = Reporter(faulty)
    reporter.hand_in({"number": 1})
    assert told.wait(120)
    reporter.hand_in({"number": 2})
    await_true(lambda: sent == [{"number": 1}, {"number": 2}])
    reporter.close()


def await_true(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come true")
