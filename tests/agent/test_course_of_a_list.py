"""How far each list has come, and how long it took: from the hub's word to the last resolver's proof."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.benchmark.measured import measure
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.updates import Update
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.course import Phase
from tests.agent.conftest import Site
from tests.servers.unbound import ANSWERED, STOPPED
from tests.survival.zones import blocked


def phases(agent: Agent) -> list[Phase]:
    """Of the kept lists, the newest first."""
    return [kept.phase for kept in agent.state.lists.kept()]


def round_until_proved(loop: Loop, agent: Agent) -> None:
    """A busy machine may need longer than the loop waits for: each further look asks again."""
    loop.round()
    until = time.monotonic() + 120
    while phases(agent)[0] is not Phase.VERIFIED:
        assert time.monotonic() < until
        agent.watch(wait_seconds=5)


def took(agent: Agent, kind: Update) -> list[float]:
    today = agent.clock().date()
    return agent.state.updates.between(kind, today - timedelta(days=1), today + timedelta(days=1))


def test_without_a_resolver_a_list_stays_unproved_and_a_held_one_is_held(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    agent.settle(agent.step(), wait_seconds=0)
    agent.verify()
    site.hub.verify("alfa-operator.test")
    agent.pull()
    agent.step()
    assert phases(agent) == [Phase.HELD, Phase.CANARY]
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(agent.status().list_hold["version"], by=person)  # type: ignore[index]
    assert phases(agent) == [Phase.CANARY, Phase.CANARY]
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert sorted(phases(agent)) == [Phase.CANARY, Phase.ROLLED_BACK]


def test_halts_are_counted_once_however_often_the_feed_moves_on_meanwhile(site: Site) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.step()
    for name in ("alfa-operator.test", "www.lawful.test"):
        site.hub.verify(name)
        for _ in range(2):
            agent.pull()
            agent.step()
    assert len(took(agent, Update.HALT)) == 1
    site.hub.head_trick = lambda head: {**head, "signature": "A" * 86 + "=="}
    for _ in range(2):
        agent.pull()
    assert len(took(agent, Update.HALT)) == 2
    site.hub.head_trick = None
    agent.pull()
    site.clock.move(hours=3)
    site.hub.clock = lambda: site.clock() - timedelta(hours=3)
    agent.pull()
    assert len(took(agent, Update.HALT)) == 2, "an old word is no list"


@pytest.mark.servers
def test_a_list_is_followed_to_its_proof_and_both_times_are_measured(dns_site: Site) -> None:
    agent = dns_site.agent()
    first = dns_site.hub.verify("first.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert phases(agent) == [Phase.VERIFIED]
    assert took(agent, Update.BLOCK) == [], "what stood in the feed before the agent is no update"
    dns_site.hub.clock = lambda: dns_site.clock() - timedelta(minutes=30)  # the hub said it half an hour ago
    dns_site.hub.verify("second.test")
    dns_site.hub.withdraw(first)
    dns_site.hub.clock = dns_site.clock
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert phases(agent) == [Phase.VERIFIED, Phase.VERIFIED]
    (block,), (lift,) = took(agent, Update.BLOCK), took(agent, Update.LIFT)
    assert 1795 < block < 1900
    assert lift < 1900
    assert agent.proof.open is None
    assert agent.status().lift_seconds is not None
    events = [entry["event"] for entry in agent.journal.entries()]
    assert [event for event in events if event in {"published", "live", "verified"}] == [
        "published",
        "live",
        "verified",
    ] * 2
    today = agent.clock().date()
    metrics = load_catalogue().metric_words.metrics
    found = measure(agent.state, metrics, wanted=frozenset(metrics), first=today, last=today)
    assert {"MET-BLK-04", "MET-BLK-07", "MET-LST-01", "MET-LST-03", "MET-LST-04", "MET-LST-05"} == set(found.values)


@pytest.mark.servers
def test_a_list_counts_as_the_newest_for_a_day_after_the_hub_has_another(dns_site: Site) -> None:
    """MET-LST-04, with a list that is held all the while."""
    agent, began = dns_site.agent(), dns_site.clock().date()

    def look() -> tuple[int, int]:
        agent.pull()
        assert [check.ok for check in agent.verify()] == [True]
        seen = agent.state.days.between(began, began + timedelta(days=2))[1]
        return seen.timely, seen.timed

    dns_site.hub.verify("first.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    timely, timed = look()
    assert timely == timed
    dns_site.hub.verify("alfa-operator.test")
    agent.pull()
    assert agent.step().outcome is Outcome.HELD
    dns_site.clock.move(hours=23, minutes=30)
    assert look() == (timely + 1, timed + 1)
    dns_site.clock.move(hours=1)
    assert look() == (timely + 1, timed + 2)


@pytest.mark.servers
def test_a_resolver_that_dies_in_the_middle_keeps_its_list_and_comes_back_without_a_person(dns_site: Site) -> None:
    unbound = dns_site.unbound
    assert unbound is not None
    agent, stop = dns_site.agent(), threading.Event()
    loop = Loop(agent, stop=stop)
    dns_site.hub.verify("first.test")
    round_until_proved(loop, agent)
    real = agent.publisher._primary.apply

    def dying(update: object) -> int:
        unbound.stop(hard=True)
        return real(update)  # type: ignore[arg-type]

    agent.publisher._primary.apply = dying  # type: ignore[method-assign]
    gone = dns_site.hub.verify("second.test")
    loop.round()
    agent.publisher._primary.apply = real  # type: ignore[method-assign]
    assert phases(agent) == [Phase.CANARY, Phase.VERIFIED]
    assert agent.status().state == "error"
    dns_site.hub.withdraw(gone)
    dns_site.hub.verify("third.test")
    loop.round()
    unbound.start()
    unbound.await_state("third.test", STOPPED)
    agent.look_at(["unbound-1"])
    agent.verify()
    assert phases(agent)[0] is Phase.VERIFIED
    assert agent.status().state == "live"
    assert len(took(agent, Update.BLOCK)) == 1, "both publishes were proved by one look"
    assert unbound.look_up("first.test") == STOPPED
    assert unbound.look_up("second.test") == ANSWERED
    assert unbound.look_up("www.lawful.test") == ANSWERED
    stop.set()


@pytest.mark.servers
def test_a_list_that_stops_a_lawful_name_ends_rolled_back(dns_site: Site) -> None:
    agent, unbound, knot = dns_site.agent(), dns_site.unbound, dns_site.knot
    assert knot is not None
    assert unbound is not None
    dns_site.hub.verify("first.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    knot.serve_lawful(missing="www.lawful")
    unbound.await_state("www.lawful.test", STOPPED)
    dns_site.hub.verify("second.test", scope="exact")
    agent.pull()
    assert agent.settle(agent.step(), wait_seconds=60).went_back
    agent.step()
    assert sorted(phases(agent)) == [Phase.HELD, Phase.LIVE]


@pytest.mark.servers
def test_a_resolver_that_comes_late_and_then_stops_a_lawful_name_takes_the_list_back_too(dns_site: Site) -> None:
    agent, unbound, knot = dns_site.agent(), dns_site.unbound, dns_site.knot
    assert knot is not None
    assert unbound is not None
    dns_site.hub.verify("first.test")
    loop = Loop(agent, stop=threading.Event())
    round_until_proved(loop, agent)
    assert agent.state.notes.get(Notes.TRIAL) is None
    unbound.stop(hard=True)
    dns_site.hub.verify("second.test")
    loop.round()
    assert phases(agent)[0] is Phase.CANARY
    unbound.start()
    unbound.await_state("second.test", STOPPED)
    knot.serve_lawful(missing="www.lawful")
    unbound.await_state("www.lawful.test", STOPPED)
    agent = dns_site.agent()  # a restart between does not lose the question
    assert agent.watch(wait_seconds=60).went_back
    assert unbound.look_up("first.test") == STOPPED
    assert blocked(dns_site.zone_dir) == {"first.test"}
    assert not agent.watch(wait_seconds=60).went_back, "and it goes back once, not on and on"


@pytest.mark.servers
def test_a_lawful_name_that_ends_elsewhere_later_takes_no_list_back(dns_site: Site) -> None:
    agent, unbound, knot = dns_site.agent(), dns_site.unbound, dns_site.knot
    assert knot is not None
    assert unbound is not None
    dns_site.hub.verify("first.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert phases(agent) == [Phase.VERIFIED]
    knot.serve_lawful(missing="www.lawful")
    unbound.await_state("www.lawful.test", STOPPED)
    assert not agent.watch(wait_seconds=60).went_back
    assert unbound.look_up("first.test") == STOPPED
