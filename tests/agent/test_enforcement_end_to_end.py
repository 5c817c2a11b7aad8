"""From the feed to a real resolver's answer, and back."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome, Step
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.servers.unbound import ANSWERED, STOPPED, Unbound

pytestmark = pytest.mark.servers

Names = Callable[[int], list[str]]


def resolver(site: Site) -> Unbound:
    assert site.unbound is not None
    return site.unbound


def take(agent: Agent, *, wait: float = 60) -> Step:
    """Pull, publish and see it at the resolver."""
    assert agent.pull().reasons == ()
    step = agent.step()
    agent.settle(step, wait_seconds=wait)
    return step


@contextmanager
def running(site: Site) -> Iterator[Agent]:
    """The agent's loop in the background, and another agent that looks on as a command beside it does."""
    agent, stop = site.agent(), threading.Event()
    thread = threading.Thread(target=Loop(agent, stop=stop).run)
    thread.start()
    try:
        yield site.agent()
    finally:
        stop.set()
        thread.join(timeout=120)


def test_a_verified_name_stops_and_a_withdrawn_one_resolves_again(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), resolver(dns_site)
    assert unbound.look_up("www.bad.test") == ANSWERED
    listed = dns_site.hub.verify("bad.test")
    step = take(agent)
    assert step.outcome is Outcome.PUBLISHED
    assert [check["ok"] for check in agent.status().resolvers] == [True]
    for name, kind in (("bad.test", "A"), ("www.bad.test", "A"), ("a.b.bad.test", "A"), ("bad.test", "AAAA")):
        assert unbound.look_up(name, kind) == STOPPED
    assert unbound.look_up("www.lawful.test") == ANSWERED
    dns_site.hub.withdraw(listed)
    take(agent)
    for name in ("bad.test", "www.bad.test", "a.b.bad.test"):
        assert unbound.look_up(name) == ANSWERED


def test_an_exact_entry_stops_its_own_name_and_nothing_below(dns_site: Site) -> None:
    dns_site.hub.verify("host.bad.test", scope="exact")
    take(dns_site.agent())
    assert resolver(dns_site).look_up("host.bad.test") == STOPPED
    assert resolver(dns_site).look_up("www.host.bad.test") == ANSWERED
    assert resolver(dns_site).look_up("bad.test") == ANSWERED


def test_a_listed_child_opens_no_hole_under_a_whole_domain(dns_site: Site) -> None:
    """The names of the reference's wildcard-hole test; with the redundant row Unbound resolves x.b.wild."""
    dns_site.hub.verify("wild.test")
    dns_site.hub.verify("deep.a.b.wild.test", scope="exact")
    take(dns_site.agent())
    for name in ("wild.test", "x.wild.test", "deep.a.b.wild.test", "b.wild.test", "x.a.b.wild.test", "x.b.wild.test"):
        assert resolver(dns_site).look_up(name) == STOPPED, name


def test_a_restart_of_the_primary_keeps_what_is_blocked_and_what_is_lifted(dns_site: Site) -> None:
    """Trap 1: Knot makes a zone equal to its file again, so the file must always be as new as the update."""
    agent, knot = dns_site.agent(), dns_site.knot
    assert knot is not None
    lifted = dns_site.hub.verify("lifted.test")
    dns_site.hub.verify("kept.test")
    take(agent)
    dns_site.hub.withdraw(lifted)
    take(agent)
    serial = agent.publisher.served(dns_site.agent().config.primary.hot_zone)
    knot.restart()
    assert agent.publisher.served(agent.config.primary.hot_zone) == serial
    assert agent.publisher.repair() == (), "nothing is to mend: the file says what the update said"
    dns_site.hub.verify("later.test")
    take(agent)
    unbound = resolver(dns_site)
    assert unbound.look_up("kept.test") == unbound.look_up("later.test") == STOPPED
    assert unbound.look_up("lifted.test") == ANSWERED


def test_eight_thousand_lawful_names_block_none(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), resolver(dns_site)
    dns_site.hub.verify("bad.test")
    take(agent)
    for number in range(8000):
        dns_site.hub.verify(f"shop{number}.test")
    agent.pull()
    assert agent.step().outcome is Outcome.HELD
    assert {unbound.look_up(f"www.shop{number}.test") for number in range(0, 8000, 400)} == {ANSWERED}
    assert unbound.look_up("www.bad.test") == STOPPED
    assert agent.status().state == "held"


def test_an_approved_bulk_goes_to_the_base_zone_in_many_messages(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), resolver(dns_site)
    for number in range(3000):
        dns_site.hub.verify(f"bulk{number}.test")
    agent.pull()
    agent.step()
    version = agent.status().list_hold["version"]  # type: ignore[index]
    agent.decisions.approve(version, by="Astrid Ek")
    approval = agent.decisions.approve(version, by="Bo Lind")
    assert approval.step is not None
    agent.settle(approval.step, wait_seconds=60)
    assert agent.status().zones[ZoneRole.BASE][1] == 3000
    assert {unbound.look_up(f"www.bulk{number}.test") for number in range(0, 3000, 300)} == {STOPPED}


class Killed(BaseException):
    """The agent's process ends here."""


def killed_before_the_update(agent: Agent) -> None:
    """Run a step whose process dies when the files are written and before the primary is told."""

    def die(update: object) -> int:
        raise Killed

    agent.publisher._primary.apply = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        agent.step()


def test_an_agent_killed_between_file_and_update_finishes_its_work(dns_site: Site) -> None:
    dns_site.hub.verify("first.test")
    take(dns_site.agent())
    victim = dns_site.agent()
    dns_site.hub.verify("second.test")
    victim.pull()
    killed_before_the_update(victim)
    assert resolver(dns_site).look_up("second.test") == ANSWERED
    take(dns_site.agent())
    assert resolver(dns_site).look_up("second.test") == resolver(dns_site).look_up("first.test") == STOPPED


def test_a_name_withdrawn_while_the_agent_was_dead_does_not_come_back_with_the_primary(dns_site: Site) -> None:
    """The file has the name, the update was never sent, the primary restarts from the file, the feed has withdrawn it."""
    knot, unbound = dns_site.knot, resolver(dns_site)
    assert knot is not None
    dns_site.hub.verify("first.test")
    take(dns_site.agent())
    victim = dns_site.agent()
    listed = dns_site.hub.verify("second.test")
    victim.pull()
    killed_before_the_update(victim)
    knot.restart()
    dns_site.hub.withdraw(listed)
    agent = dns_site.agent()
    agent.pull()
    assert agent.step().outcome is Outcome.NOTHING
    assert "second" not in dns_site.zone_text()
    unbound.await_state("second.test", ANSWERED)
    assert unbound.look_up("first.test") == STOPPED


def test_a_primary_that_is_down_is_a_fault_and_gets_the_list_when_it_is_back(dns_site: Site) -> None:
    knot, unbound = dns_site.knot, resolver(dns_site)
    assert knot is not None
    dns_site.configure(poll_seconds="0.2")
    with running(dns_site) as agent:
        await_true(lambda: agent.status().heard_at is not None)
        knot.stop()
        dns_site.hub.verify("bad.test")
        await_true(lambda: "primary" in agent.status().faults)
        assert agent.status().state == "error"
        knot.start()
        unbound.await_state("www.bad.test", STOPPED)
        await_true(lambda: agent.status().state == "live")


def test_what_somebody_changed_at_the_primary_is_put_right(dns_site: Site) -> None:
    agent, unbound = dns_site.agent(), resolver(dns_site)
    dns_site.hub.verify("bad.test")
    take(agent)
    (dns_site.zone_dir / "hot.zone").write_text(dns_site.zone_text().replace("bad.test CNAME", "other.test CNAME"))
    assert dns_site.knot is not None
    dns_site.knot.restart()
    unbound.await_state("other.test", STOPPED)
    assert agent.publisher.repair() == (ZoneRole.HOT,)
    unbound.await_state("other.test", ANSWERED)
    assert unbound.look_up("bad.test") == STOPPED
    assert agent.publisher.repair() == ()


def test_a_hub_that_is_gone_leaves_every_block_in_force(dns_site: Site) -> None:
    dns_site.configure(poll_seconds="0.2")
    dns_site.hub.verify("bad.test")
    with running(dns_site) as agent:
        resolver(dns_site).await_state("www.bad.test", STOPPED)
        dns_site.hub.stop()
        await_true(lambda: "hub" in agent.status().faults)
        assert resolver(dns_site).look_up("www.bad.test") == STOPPED
        dns_site.hub.come_back()
        dns_site.hub.verify("later.test")
        resolver(dns_site).await_state("www.later.test", STOPPED)


def test_a_publish_after_which_a_lawful_name_is_stopped_is_taken_back(dns_site: Site) -> None:
    agent, unbound, knot = dns_site.agent(), resolver(dns_site), dns_site.knot
    assert knot is not None
    dns_site.hub.verify("first.test")
    take(agent)
    knot.serve_lawful(missing="www.lawful")
    unbound.await_state("www.lawful.test", STOPPED)
    dns_site.hub.verify("second.test", scope="exact")
    agent.pull()
    settled = agent.settle(agent.step(), wait_seconds=60)
    assert settled.went_back
    live = agent.state.lists.live()
    assert live is not None
    assert {entry.name for entry in agent.state.lists.entries(live.version)} == {"first.test"}
    agent.step()
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["reasons"] == [Reason.LAWFUL_NAME_STOPPED]


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


def test_a_stop_page_answers_with_its_addresses(dns_site: Site) -> None:
    dns_site.hub.verify("bad.test")
    take(dns_site.agent())
    dns_site.configure(action='"page"', page_ipv4='"192.0.2.80"', page_ipv6='"2001:db8::80"')
    agent = dns_site.agent()
    agent.settle(agent.step(), wait_seconds=60)
    assert resolver(dns_site).addresses("www.bad.test") == ["192.0.2.80"]
    assert resolver(dns_site).addresses("www.bad.test", "AAAA") == ["2001:db8::80"]
    assert resolver(dns_site).addresses("www.lawful.test") == ["192.0.2.1"]


def test_from_verdict_to_block_and_from_withdrawal_to_answer_in_seconds(
    dns_site: Site, record_property: Callable[[str, object], None]
) -> None:
    """With the usual poll of two seconds; the hub's own time is not in it."""
    unbound, hub = resolver(dns_site), dns_site.hub
    took: dict[str, list[tuple[int, float]]] = {"blocked": [], "lifted": []}

    def polls() -> int:
        return sum(path.endswith("/head/") for path in hub.requests)

    def timed(what: str, name: str, state: str) -> None:
        before = polls()
        seconds = unbound.await_state(name, state, fresh=True)
        took[what].append((polls() - before, seconds))

    with running(dns_site):
        for number in range(5):
            name = f"timed{number}.test"
            listed = hub.verify(name)
            timed("blocked", name, STOPPED)
            time.sleep(0.37 * number)  # so that the polls fall differently
            hub.withdraw(listed)
            timed("lifted", name, ANSWERED)
    for what, found in took.items():
        asked, seconds = zip(*found, strict=True)
        record_property(f"{what}_median_seconds", round(statistics.median(seconds), 2))
        print(f"{what}: median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s")
        assert statistics.median(asked) <= 2, "the first or second look at the hub brings it"


def await_true(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")
