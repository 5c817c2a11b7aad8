"""kill -9 of the agent: what the resolvers read is always a whole, good list, and the next start ends what was begun."""

from __future__ import annotations

import random
import threading
import time

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.publish import Publisher
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy.course import Phase
from tests.agent.conftest import Site
from tests.effort import seed, tries
from tests.figures import figure
from tests.servers.unbound import ANSWERED, STOPPED
from tests.survival.victim import BACK_STATES, HELD_STATES, STATES, die_at, start
from tests.survival.zones import blocked, names_in

LAWFUL = "www.lawful.test"


def catch_up(site: Site, *, wait_seconds: float = 60) -> Agent:
    """A fresh agent, as after a restart, does what there is to do.  wait_seconds: for resolvers that do not show it yet."""
    agent = site.agent()
    assert agent.pull().reasons == ()
    agent.settle(agent.step(), wait_seconds=wait_seconds)
    return agent


def assert_whole(agent: Agent) -> None:
    """Nothing is left over of the death: files as recorded, no note of an unfinished publish, a journal without a gap."""
    assert all(agent.publisher.files_are_right().values())
    assert not agent.publisher.interrupted
    assert agent.journal.broken_at() is None
    assert agent.state.connection.execute("PRAGMA quick_check").fetchone() == ("ok",)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("in_base", [False, True])
def test_at_every_state_the_files_are_whole_and_the_next_start_ends_the_work(
    site: Site, state: str, *, in_base: bool
) -> None:
    kept = [site.hub.verify(f"kept{number}.test") for number in range(3)]
    agent = catch_up(site)
    assert agent.step().outcome is Outcome.NOTHING
    if in_base:
        assert agent.rebuild(wait_seconds=1).trimmed
    agent.close()
    before, after = {f"kept{number}.test" for number in range(3)}, {"kept1.test", "kept2.test", "new.test"}
    site.hub.verify("new.test")
    site.hub.withdraw(kept[0])
    die_at(site.config_file, state)
    for role in ("hot", "base"):  # as a resolver that restarts at this moment reads it
        assert names_in(site.zone_dir / f"{role}.zone") <= before | after
    assert blocked(site.zone_dir) >= before & after
    agent = catch_up(site)
    assert blocked(site.zone_dir) == after
    assert_whole(agent)


@pytest.mark.parametrize("state", HELD_STATES)
def test_killed_while_it_holds_a_list_nothing_of_it_is_blocked_and_two_people_still_decide(
    site: Site, state: str
) -> None:
    site.hub.verify("kept.test")
    catch_up(site).close()
    for number in range(80):
        site.hub.verify(f"lawful{number}.test")
    die_at(site.config_file, state)
    assert blocked(site.zone_dir) == {"kept.test"}
    agent = catch_up(site)
    assert blocked(site.zone_dir) == {"kept.test"}
    hold = agent.status().list_hold
    assert hold is not None
    assert [kept.phase for kept in agent.state.lists.kept()] == [Phase.HELD, Phase.CANARY]
    assert agent.decisions.approve(hold["version"], by="Astrid Ek").step is None
    agent.close()
    again = site.agent()
    again.decisions.approve(hold["version"], by="Bo Lind")
    assert len(blocked(site.zone_dir)) == 81
    assert_whole(again)


def test_a_name_that_is_withdrawn_while_the_agent_is_dead_is_free_after_the_start(site: Site) -> None:
    for number, state in enumerate(STATES):
        listed = site.hub.verify(f"short{number}.test")
        die_at(site.config_file, state)
        site.hub.withdraw(listed)
        agent = catch_up(site)
        assert blocked(site.zone_dir) == set(), state
        assert_whole(agent)
        agent.close()


def test_without_its_note_an_unfinished_publish_stays_in_the_files(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above can fail."""
    catch_up(site).close()
    listed = site.hub.verify("short.test")
    die_at(site.config_file, "every file in place")
    site.hub.withdraw(listed)
    monkeypatch.setattr(Publisher, "interrupted", False)
    catch_up(site)
    assert blocked(site.zone_dir) == {"short.test"}


def test_killed_at_random_moments_it_never_blocks_what_was_not_listed(site: Site) -> None:
    luck, listed, ever = random.Random(seed()), {}, {LAWFUL: False}
    kills = tries(short=25, long=400)
    for kill in range(kills):
        asked, victim = len(site.hub.requests), start(site.config_file)
        for number in range(luck.randint(1, 3)):
            name = f"n{kill}-{number}.test"
            listed[name] = site.hub.verify(name)
            ever[name] = True
        if len(listed) > 8:
            gone = luck.sample(sorted(listed), 3)
            for name in gone:
                site.hub.withdraw(listed.pop(name))
        until = time.monotonic() + 120
        while len(site.hub.requests) == asked and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(luck.uniform(0.0, 0.08))
        victim.kill()
        victim.join(timeout=120)
        assert {name for name in blocked(site.zone_dir) if not ever.get(name)} == set()
    agent = catch_up(site)
    assert blocked(site.zone_dir) == set(listed)
    assert_whole(agent)
    figure("survival.agent_kill", kills=kills, states=len(STATES), lawful_blocked=0, wrong_lists=0)


@pytest.mark.servers
def test_at_every_state_the_resolver_answers_by_the_last_good_list(dns_site: Site) -> None:
    """The same with a real Knot and a real Unbound, which is asked right after each death and after each start."""
    resolver = dns_site.unbound
    assert resolver is not None
    dns_site.hub.verify("kept.test")
    catch_up(dns_site).close()
    for number, state in enumerate(STATES):
        listed = dns_site.hub.verify(f"new{number}.test")
        die_at(dns_site.config_file, state)
        assert resolver.look_up("kept.test") == STOPPED
        assert resolver.look_up(LAWFUL) == ANSWERED
        agent = catch_up(dns_site)
        resolver.await_state(f"new{number}.test", STOPPED)
        assert_whole(agent)
        dns_site.hub.withdraw(listed)
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        resolver.await_state(f"new{number}.test", ANSWERED)
        agent.close()


def test_the_start_after_a_death_tells_the_journal_what_is_in_force(site: Site) -> None:
    """The line of a publish may be lost with the process; the next start says which list it left."""
    site.hub.verify("new.test")
    die_at(site.config_file, "the record committed")
    agent, stop = site.agent(), threading.Event()
    stop.set()
    Loop(agent, stop=stop).run()
    live = agent.status().live
    assert live is not None
    told = list(agent.journal.entries())
    assert "published" not in {entry["event"] for entry in told}
    assert [entry["version"] for entry in told if entry["event"] == "started"] == [live.version]


@pytest.mark.servers
def test_killed_on_its_way_back_from_a_list_that_stops_a_lawful_name_it_goes_on_back(dns_site: Site) -> None:
    knot, resolver = dns_site.knot, dns_site.unbound
    assert knot is not None
    assert resolver is not None
    dns_site.hub.verify("kept.test")
    catch_up(dns_site).close()
    for number, state in enumerate(BACK_STATES):
        knot.serve_lawful(missing="www.lawful")
        resolver.await_state(LAWFUL, STOPPED)
        bad = dns_site.hub.verify(f"bad{number}.test")
        die_at(dns_site.config_file, state)
        agent = dns_site.agent()
        loop = Loop(agent, stop=threading.Event())
        for _ in range(60):  # on a busy machine the resolver has the list after one of the next rounds
            loop.round()
            if agent.status().pin is not None:
                break
        assert blocked(dns_site.zone_dir) == {"kept.test"}, state
        assert resolver.look_up("kept.test") == STOPPED
        assert_whole(agent)
        assert agent.status().pin is not None
        dns_site.hub.withdraw(bad)
        knot.serve_lawful()
        resolver.await_state(LAWFUL, ANSWERED)
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        agent.verify()
        agent.state.notes.put(Notes.PIN, None)  # as after two people's word
        agent.close()
