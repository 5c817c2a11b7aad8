"""Two zones at a real resolver: names move to base and leave it again, and none is free or blocked in between."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.state.zones import ZoneRole
from tests.agent.conftest import Site
from tests.agent.serving import killed_before_the_update, resolver, take
from tests.servers.unbound import ANSWERED, STOPPED

pytestmark = pytest.mark.servers

Names = Callable[[int], list[str]]


def test_names_move_to_base_and_are_blocked_all_the_while(dns_site: Site, names: Names) -> None:
    listed = names(20)
    for name in listed:
        dns_site.hub.verify(name)
    agent, unbound = dns_site.agent(), resolver(dns_site)
    take(agent)
    sizes = {role: size for role, (_, size) in agent.status().zones.items()}
    assert sizes == {ZoneRole.HOT: 20, ZoneRole.BASE: 0}
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.update(unbound.look_up(name) for name in listed)

    watcher = threading.Thread(target=watch)
    watcher.start()
    dns_site.clock.move(hours=25)
    for _ in range(2):
        moved = agent.publisher.maintain()
        assert moved is not None
        agent.prove(moved, wait_seconds=60)
    stop.set()
    watcher.join()
    assert agent.publisher.maintain() is None
    assert {role: size for role, (_, size) in agent.status().zones.items()} == {ZoneRole.HOT: 0, ZoneRole.BASE: 20}
    assert seen == {STOPPED}
    dns_site.clock.move(hours=-25)
    base = dns_site.zone_text("base")
    first = next(iter(dns_site.hub.listings))
    dns_site.hub.withdraw(first)
    take(agent)
    assert unbound.look_up(listed[0]) == ANSWERED, "hot lets through what base still blocks"
    assert dns_site.zone_text("base") == base, "and base is not touched by it"


def test_hot_is_not_trimmed_before_a_resolver_has_the_new_base(dns_site: Site, names: Names) -> None:
    for name in names(5):
        dns_site.hub.verify(name)
    agent = dns_site.agent()
    take(agent)
    resolver(dns_site).stop()
    dns_site.clock.move(hours=25)
    moved = agent.publisher.maintain()
    assert moved is not None
    agent.prove(moved, wait_seconds=0.5)
    assert agent.publisher.maintain() is None
    assert agent.status().zones[ZoneRole.HOT][1] == 5


@pytest.fixture
def based(dns_site: Site) -> tuple[Site, Agent, str]:
    """A site whose base alone holds two whole domains; the second one's id at the hub."""
    dns_site.hub.verify("kept.test")
    listed = dns_site.hub.verify("bad.test")
    agent = dns_site.agent()
    take(agent)
    assert agent.rebuild(wait_seconds=60).trimmed
    return dns_site, agent, listed


def test_a_name_that_hot_lets_through_is_blocked_by_hot_when_it_comes_back(based: tuple[Site, Agent, str]) -> None:
    site, agent, listed = based
    base, unbound = site.zone_text("base"), resolver(site)
    agent.settle(agent.decisions.lift("bad.test", by="Astrid Ek", reason="a shop"), wait_seconds=60)
    assert unbound.look_up("www.bad.test") == ANSWERED
    agent.decisions.unlift("bad.test", by="Astrid Ek")
    take(agent)
    assert unbound.look_up("www.bad.test") == STOPPED
    assert "*.bad.test CNAME ." in site.zone_text(), "also where a resolver has no base with it"
    assert site.zone_text("base") == base
    site.hub.withdraw(listed)
    take(agent)
    assert unbound.look_up("www.bad.test") == ANSWERED


def test_hot_lets_a_name_through_until_every_resolver_has_the_base_without_it(based: tuple[Site, Agent, str]) -> None:
    site, agent, listed = based
    unbound = resolver(site)
    site.hub.withdraw(listed)
    take(agent)
    unbound.stop()
    site.clock.move(hours=25)
    followed = agent.publisher.maintain()
    assert followed is not None
    assert followed.roles[0] is ZoneRole.BASE
    assert "bad.test" not in site.zone_text("base")
    agent.prove(followed, wait_seconds=0.5)
    assert agent.publisher.maintain() is None
    assert "bad.test CNAME rpz-passthru." in site.zone_text()
    unbound.start()
    assert unbound.look_up("www.bad.test") == ANSWERED, "whichever base it began with"
    agent.prove(followed, wait_seconds=60)
    assert agent.publisher.maintain() is not None
    assert "bad.test" not in site.zone_text()
    unbound.await_state("www.kept.test", STOPPED)
    assert unbound.look_up("www.bad.test") == ANSWERED


def test_base_follows_a_lift_within_its_hours_and_not_in_the_same_moment(based: tuple[Site, Agent, str]) -> None:
    site, agent, _ = based
    site.clock.move(hours=100)
    agent.settle(agent.decisions.lift("bad.test", by="Astrid Ek", reason="a shop"), wait_seconds=60)
    assert agent.publisher.maintain() is None, "however long ago base was rebuilt"
    site.clock.move(hours=25)
    assert agent.publisher.maintain() is not None
    assert "bad.test" not in site.zone_text("base")


def test_an_agent_killed_before_it_told_of_a_lift_ends_it_and_what_somebody_blocks_again_is_put_right(
    based: tuple[Site, Agent, str],
) -> None:
    site, agent, listed = based
    unbound = resolver(site)
    site.hub.withdraw(listed)
    agent.pull()
    killed_before_the_update(agent)
    assert unbound.look_up("www.bad.test") == STOPPED
    agent = site.agent()
    take(agent)
    assert unbound.look_up("www.bad.test") == ANSWERED
    (site.zone_dir / "hot.zone").write_text(site.zone_text().replace("CNAME rpz-passthru.", "CNAME ."))
    assert site.knot is not None
    site.knot.restart()
    unbound.await_state("www.bad.test", STOPPED)
    assert agent.publisher.repair() == (ZoneRole.HOT,)
    unbound.await_state("www.bad.test", ANSWERED)
    assert unbound.look_up("www.kept.test") == STOPPED
