"""Observe mode: everything but the block.  And the way out of it is guarded like a first list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.report import report_payload
from skyddsnat.agent.state.updates import Update
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.agent.test_commands import command, facts
from tests.servers.unbound import ANSWERED, STOPPED
from tests.survival.zones import blocked, passed_in

Names = Callable[[int], list[str]]
OBSERVE, BLOCK = '"observe"', '"nx"'


def take(agent: Agent) -> Outcome:
    agent.pull()
    return agent.step().outcome


def names_of(agent: Agent) -> set[str]:
    live = agent.state.lists.live()
    assert live is not None
    return {entry.name for entry in agent.state.lists.entries(live.version)}


@pytest.fixture
def observing(site: Site, names: Names) -> tuple[Site, Agent]:
    site.configure(action=OBSERVE)
    for name in names(40):
        site.hub.verify(name)
    agent = site.agent()
    assert take(agent) is Outcome.PUBLISHED
    return site, agent


def test_all_is_compiled_guarded_and_kept_and_nothing_is_in_the_zones(observing: tuple[Site, Agent]) -> None:
    site, agent = observing
    assert len(names_of(agent)) == 40
    assert blocked(site.zone_dir) == set()
    assert "198." in site.zone_text("hot"), "the canary stands there all the same"
    assert "bad00001" not in site.zone_text("hot") + site.zone_text("base")
    for number in range(51):
        site.hub.verify(f"more{number}.example")
    assert take(agent) is Outcome.HELD
    assert len(names_of(agent)) == 40


def test_status_and_report_say_that_nothing_is_blocked(observing: tuple[Site, Agent]) -> None:
    site, agent = observing
    assert "nothing is blocked" in command(site, "status").stdout
    assert facts(command(site, "status", "--json"))["observing"] is True
    told = report_payload(agent.status(), name="alfa-1", now=site.clock())
    assert (told["state"], told["entries"]) == ("observing", 0)
    site.configure(action=BLOCK)
    assert "nothing is blocked" not in command(site, "status").stdout


def test_the_first_list_that_blocks_is_guarded_from_nothing(observing: tuple[Site, Agent]) -> None:
    """An observed list of any size must not begin to block by one line in a file."""
    site, agent = observing
    for number in range(20):
        site.hub.verify(f"later{number}.test")
    assert take(agent) is Outcome.PUBLISHED
    site.configure(action=BLOCK)
    agent = site.agent()
    assert take(agent) is Outcome.HELD
    assert blocked(site.zone_dir) == set()
    hold = agent.status().list_hold
    assert hold is not None
    assert (hold["reasons"], hold["added"]) == ([Reason.TOO_MANY_ADDITIONS], 60)
    with pytest.raises(WrongUse, match="in force"):
        agent.decisions.roll_back(1, by="Astrid Ek")
    agent.publisher.repair()
    agent.publisher.maintain()
    assert blocked(site.zone_dir) == set(), "no side way fills the zones either"
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(hold["version"], by=person)
    assert len(blocked(site.zone_dir)) == 60


def test_a_short_observed_list_blocks_when_the_file_says_so(observing: tuple[Site, Agent]) -> None:
    site, _ = observing
    site.configure(action=BLOCK)
    agent = site.agent()
    assert agent.step().outcome is Outcome.PUBLISHED
    assert len(blocked(site.zone_dir)) == 40
    assert len(agent.planner.way_back()) == 1, "what was only observed is no list to go back to"


@pytest.mark.parametrize("held", [False, True])
def test_observing_ends_every_block_at_once_also_while_a_list_is_held_or_the_hub_is_away(
    site: Site, names: Names, held: bool
) -> None:
    for name in names(30):
        site.hub.verify(name)
    agent = site.agent()
    assert take(agent) is Outcome.PUBLISHED
    assert agent.rebuild(wait_seconds=1).trimmed
    assert len(blocked(site.zone_dir)) == 30
    if held:
        site.hub.verify("alfa-operator.test")
        assert take(agent) is Outcome.HELD
    site.hub.stop()
    site.configure(action=OBSERVE)
    agent = site.agent()
    agent.step()
    assert blocked(site.zone_dir) == set()
    assert not {name for name in passed_in(site.zone_dir / "hot.zone") if "canary" not in name}, "base is empty too"
    assert len(names_of(agent)) == 30
    agent.step()
    assert agent.status().state == ("held" if held else "observing")


def test_going_back_and_lifting_work_on_an_observed_list(observing: tuple[Site, Agent]) -> None:
    site, agent = observing
    site.hub.verify("new.test")
    assert take(agent) is Outcome.PUBLISHED
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert "new.test" not in names_of(agent)
    agent.decisions.lift("bad00001.test", by="Astrid Ek", reason="a shop")
    assert "bad00001.test" not in names_of(agent)
    assert blocked(site.zone_dir) == set()


@pytest.mark.servers
def test_a_resolver_proves_the_canary_and_answers_every_name(dns_site: Site) -> None:
    assert dns_site.unbound is not None
    dns_site.configure(action=OBSERVE)
    dns_site.hub.verify("bad.test")
    agent = dns_site.agent()
    agent.pull()
    settled = agent.settle(agent.step(), wait_seconds=60)
    assert [check.ok for check in settled.checks] == [True]
    assert dns_site.unbound.look_up("www.bad.test") == ANSWERED
    today = agent.clock().date()
    looked = agent.state.days.between(today, today)[1]
    assert (looked.current, looked.answered) == (0, 2), (
        "a resolver that blocks nothing is not covered; its canaries count"
    )
    dns_site.hub.verify("later.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    assert agent.proof.open is None
    assert agent.state.updates.between(Update.BLOCK, today, today) == [], "nothing was blocked, in no time at all"
    dns_site.configure(action=BLOCK)
    agent = dns_site.agent()
    agent.settle(agent.step(), wait_seconds=60)
    assert dns_site.unbound.look_up("www.bad.test") == STOPPED
