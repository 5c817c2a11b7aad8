"""Trouble with the primary or a resolver: told plainly, tried again, never the end of the list in force."""

from __future__ import annotations

import base64
import socket
import threading
import time

import dns.message
import dns.opcode
import dns.query
import dns.rcode
import pytest
from typer.testing import CliRunner

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.errors import PrimaryError
from skyddsnat.agent.primaries.notify import Notifier
from skyddsnat.agent.status import Proved
from skyddsnat.agent.verify import CANARY_MISSING, LAWFUL_STOPPED, UNREACHED, Verifier
from skyddsnat.cli.agent import app
from tests.agent.conftest import HOT, Site, unused_endpoint
from tests.agent.deciding import Running
from tests.servers.unbound import STOPPED


def publish(agent: Agent) -> None:
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"key_name": '"stranger"'}, "refuses the agent's key"),
        ({"key_file": '"other.key"'}, "refuses the agent's key"),
        ({"key_file": '"not.key"'}, "not base64"),
        ({"key_file": '"absent.key"'}, r"absent\.key cannot be read"),
        ({"hot_zone": '"hot.elsewhere.test"'}, r"does not serve hot\.elsewhere\.test.*knotc zone-reload"),
    ],
)
def test_a_primary_that_refuses_is_one_line_that_says_what_to_do(
    dns_site: Site, settings: dict[str, str], told: str
) -> None:
    (dns_site.folder / "other.key").write_text(base64.b64encode(b"x" * 32).decode())
    (dns_site.folder / "not.key").write_text("???")
    agent = dns_site.configure(**settings).agent()
    dns_site.hub.verify("bad.test")
    agent.pull()
    with pytest.raises(PrimaryError, match=told):
        agent.step()
    assert "primary" in agent.status().faults
    assert agent.state.lists.live() is None


@pytest.mark.servers
def test_a_stranger_asks_the_primary_for_no_listed_name(dns_site: Site) -> None:
    """Name by name, whoever reaches the primary could otherwise learn what is listed."""
    agent = dns_site.agent()
    dns_site.hub.verify("bad.test")
    publish(agent)
    place = dns_site.knot.endpoint if dns_site.knot else unused_endpoint()
    asked = dns.message.make_query(f"bad.test.{HOT}.", "CNAME")
    own, strangers = (
        dns.query.udp(asked, place.address, port=place.port, source=source, timeout=5)
        for source in ("127.0.0.1", "127.0.0.66")
    )
    assert own.answer
    assert (strangers.rcode(), strangers.answer) == (dns.rcode.NOTAUTH, [])


@pytest.mark.servers
def test_the_checks_tell_a_dead_a_lagging_and_an_overblocking_resolver_apart(dns_site: Site) -> None:
    agent = dns_site.agent()
    dns_site.hub.verify("bad.test")
    publish(agent)
    zones = agent.state.zones.all()
    assert dns_site.unbound is not None
    live = dns_site.unbound.endpoint
    nobody = unused_endpoint()
    knot = dns_site.knot
    assert knot is not None
    verifier = Verifier(
        [
            ResolverConfig(name="good", address=live.address, port=live.port, notify=True),
            ResolverConfig(name="dead", address=nobody.address, port=nobody.port, notify=True),
            ResolverConfig(name="plain", address=knot.endpoint.address, port=knot.endpoint.port, notify=True),
        ],
        must_not_block=["www.lawful.test", "gone.lawful.test"],
        timeout=0.5,
        clock=dns_site.clock,
    )
    found = {check.name: check for check in verifier.everything(zones)}
    assert (found["dead"].fault, found["dead"].serial) == (UNREACHED, None)
    assert found["plain"].behind
    assert found["good"].fault == LAWFUL_STOPPED, "gone.lawful.test does not exist"
    assert found["good"].stopped == 1
    assert found["good"].serial == zones[next(iter(zones))].serial
    canaries = {check.name: check for check in verifier.canaries(zones)}
    assert (canaries["good"].ok, canaries["plain"].fault) == (True, CANARY_MISSING)


def test_each_look_asks_for_a_name_that_no_cache_has(running: Running) -> None:
    site, agent, _ = running
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(20)
        one = ResolverConfig(name="one", address="127.0.0.1", port=silent.getsockname()[1], notify=False)
        verifier = Verifier([one], must_not_block=[], timeout=0.1, clock=site.clock)
        for _ in range(3):
            verifier.canaries(agent.state.zones.all())
        asked = [dns.message.from_wire(silent.recv(512)).question[0].name for _ in range(3)]
    assert len(set(asked)) == 3


@pytest.mark.servers
def test_a_dead_resolver_is_shown_and_does_not_keep_the_others_waiting(dns_site: Site) -> None:
    agent = dns_site.agent()
    text = dns_site.config_file.read_text()
    nobody = unused_endpoint()
    extra = f'[[resolver]]\nname = "dead"\naddress = "{nobody.address}"\nport = {nobody.port}\n\n[verify]'
    dns_site.config_file.write_text(text.replace("[verify]", extra))
    agent = dns_site.agent()
    dns_site.hub.verify("bad.test")
    agent.pull()
    step = agent.step()
    assert dns_site.unbound is not None
    dns_site.unbound.await_state("www.bad.test", STOPPED, seconds=30)
    agent.settle(step, wait_seconds=5)
    status = agent.status()
    assert {check["name"]: check["ok"] for check in status.resolvers} == {"unbound-1": True, "dead": False}
    assert status.state == "error"
    assert status.proved == Proved(of=2, answering=1, by=1)
    shown = CliRunner().invoke(app, ["status", "--config", str(dns_site.config_file)]).output
    assert "1 of 2 resolver(s) proved to have this list" in shown
    assert not any(row.seen_everywhere for row in agent.state.zones.all().values())


@pytest.mark.servers
def test_a_resolver_that_comes_back_gets_the_list_by_its_own_transfer(dns_site: Site) -> None:
    agent = dns_site.agent()
    unbound = dns_site.unbound
    assert unbound is not None
    unbound.stop()
    dns_site.hub.verify("bad.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=0.3)
    unbound.start()
    unbound.await_state("www.bad.test", STOPPED)
    until = time.monotonic() + 120  # base follows in its own time
    while not all(check.ok for check in agent.verify()) and time.monotonic() < until:
        time.sleep(0.1)
    assert agent.status().state == "live"


def test_notify_goes_out_at_once_and_again_later_without_holding_anything_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(3)
        port = listener.getsockname()[1]
        notifier = Notifier(
            [
                ResolverConfig(name="one", address="127.0.0.1", port=port, notify=True),
                ResolverConfig(name="quiet", address="127.0.0.1", port=port, notify=False),
            ],
            repeats=(0.2, 0.4),
            monotonic=lambda: now,
        )
        now = 0.0
        notifier.send(HOT)  # comes back although the clock stands still, so that it has waited for no repeat
        for now in (0.0, 0.2, 0.4):  # noqa: B007  (the notifier's clock)
            listener.settimeout(20)
            message = dns.message.from_wire(listener.recv(512))
            assert message.opcode() == dns.opcode.NOTIFY
            assert message.question[0].name.to_text() == f"{HOT}."
            listener.settimeout(0.3)
            with pytest.raises(TimeoutError):
                listener.recv(512)
        notifier.close()
        notifier.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "notify"]


def test_the_repeats_come_six_and_twelve_seconds_after_the_first() -> None:
    """PowerDNS drops a NOTIFY within 5 s of its last look (reference, "NOTIFY timing rules")."""
    nobody = unused_endpoint()
    notifier = Notifier(
        [ResolverConfig(name="one", address=nobody.address, port=nobody.port, notify=True)], monotonic=lambda: 100.0
    )
    notifier.send(HOT)
    assert sorted(moment for moment, *_ in notifier._due) == [106.0, 112.0]
    notifier.close()


def test_a_resolver_that_has_proved_the_change_is_left_in_peace_and_the_others_are_told_again() -> None:
    """A repeat that nobody needs has PowerDNS ignore the NOTIFY of the next publish."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as proved,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as behind,
    ):
        for listener in (proved, behind):
            listener.bind(("127.0.0.1", 0))
            listener.settimeout(20)
        named = {"proved": proved, "behind": behind}
        resolvers = [
            ResolverConfig(name=name, address="127.0.0.1", port=listener.getsockname()[1], notify=True)
            for name, listener in named.items()
        ]
        notifier = Notifier(resolvers, repeats=(0.2,))
        notifier.send(HOT)
        notifier.proved("proved")
        assert [len(behind.recv(512)) > 0 for _ in range(2)] == [True, True], "at once and again"
        assert proved.recv(512)
        proved.settimeout(0.1)
        with pytest.raises(TimeoutError):
            proved.recv(512)
        notifier.close()
