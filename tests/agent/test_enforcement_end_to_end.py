"""From the feed to a real resolver's answer, and back."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.agent.serving import killed_before_the_update, resolver, take
from tests.figures import figure
from tests.servers.unbound import ANSWERED, STOPPED

pytestmark = pytest.mark.servers

Names = Callable[[int], list[str]]


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
    asked = range(0, 8000, 400)
    stopped = [number for number in asked if unbound.look_up(f"www.shop{number}.test") != ANSWERED]
    assert stopped == []
    assert unbound.look_up("www.bad.test") == STOPPED
    assert agent.status().state == "held"
    figure("agent.lawful_at_once", names=8000, asked=len(asked), blocked=len(stopped))


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


@pytest.mark.parametrize(("setting", "address"), [("page_ipv4", "192.0.2.80"), ("page_ipv6", "2001:db8::80")])
def test_a_list_that_shows_the_page_for_a_lawful_name_is_taken_back(dns_site: Site, setting: str, address: str) -> None:
    """Also where the page has an IPv6 address alone: the name's IPv4 address is then missing, which is no answer either."""
    dns_site.configure(action='"page"', **{setting: f'"{address}"'})
    agent = dns_site.agent()
    dns_site.hub.verify("first.test")
    take(agent)
    dns_site.hub.verify("www.lawful.test", scope="exact")
    agent.pull()
    assert agent.step().outcome is Outcome.HELD, "a name in must_not_block is protected"
    version = agent.status().list_hold["version"]  # type: ignore[index]
    agent.decisions.approve(version, by="Astrid Ek")
    approval = agent.decisions.approve(version, by="Bo Lind")
    assert approval.step is not None
    assert agent.settle(approval.step, wait_seconds=60).went_back, "where two people let it in, the look-up tells"
    assert resolver(dns_site).addresses("www.lawful.test") == ["192.0.2.1"]


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
