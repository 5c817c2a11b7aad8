"""One list at BIND, Unbound, PowerDNS and Knot Resolver at the same time, from Knot DNS or from BIND."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import dns.query
import dns.tsig
import dns.xfr
import dns.zone
import pytest

from skyddsnat.agent.resolvers.serials import held_serial
from skyddsnat.agent.state.zones import ZoneRole
from tests.agent.conftest import BASE, TSIG_SECRET, Site
from tests.agent.resolvers.conftest import ALL, running_site, site_with, start, take
from tests.servers.bind import BindPrimary
from tests.servers.knot import Knot
from tests.servers.processes import which
from tests.servers.resolver import ANSWERED, STOPPED

pytestmark = pytest.mark.servers


@pytest.fixture(params=[Knot, BindPrimary], ids=["knot", "bind"])
def everywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """All four, with Knot DNS as their primary and with BIND."""
    with running_site(tmp_path, *ALL, primary=request.param) as site:
        yield site


def seen(site: Site, name: str, kind: str = "A") -> set[str]:
    """What clients of the four see."""
    return {resolver.look_up(name, kind) for resolver in site.others}


def test_a_name_is_blocked_moved_to_base_and_lifted_at_all_four(everywhere: Site) -> None:
    site, agent = everywhere, everywhere.agent()
    assert seen(site, "www.bad.test") == {ANSWERED}
    site.hub.verify("bad.test")
    site.hub.verify("host.other.test", scope="exact")
    take(agent)
    for name in ("bad.test", "www.bad.test", "a.b.bad.test", "host.other.test"):
        assert seen(site, name) == {STOPPED}, name
    assert seen(site, "bad.test", "AAAA") == {STOPPED}
    assert seen(site, "www.host.other.test") == seen(site, "www.lawful.test") == {ANSWERED}
    _each_tells_its_serial(site)

    rebuilt = agent.rebuild(wait_seconds=60)
    assert (rebuilt.moved, rebuilt.trimmed) == (True, True)
    zones = agent.state.zones.all()
    assert (len(zones[ZoneRole.HOT].entries), len(zones[ZoneRole.BASE].entries)) == (0, 2)
    assert "bad.test" not in site.zone_text("hot")
    assert seen(site, "www.bad.test") == seen(site, "host.other.test") == {STOPPED}
    assert all(check.ok for check in agent.verify())

    step = agent.decisions.lift("bad.test", by="Astrid Ek", reason="a lawful shop")
    agent.settle(step, wait_seconds=60)
    for name in ("bad.test", "www.bad.test"):  # asked before, so that they stand in each cache
        assert seen(site, name) == {ANSWERED}, name
    assert "bad.test CNAME rpz-passthru." in site.zone_text("hot"), "hot lets through what base still blocks"
    assert seen(site, "host.other.test") == {STOPPED}
    rebuilt = agent.rebuild(wait_seconds=60)
    assert (rebuilt.moved, rebuilt.trimmed) == (True, True)
    assert "bad.test" not in site.zone_text("hot") + site.zone_text("base")
    assert seen(site, "www.bad.test") == {ANSWERED}
    assert seen(site, "host.other.test") == {STOPPED}


def _each_tells_its_serial(site: Site) -> None:
    agent = site.agent()
    for role, row in agent.state.zones.all().items():
        served = agent.publisher.served(row.zone)
        held = {one.name: held_serial(one, role=role, zone=row.zone) for one in agent.config.resolvers}
        assert held == dict.fromkeys(held, served), role


def test_the_agents_own_notify_brings_the_news_to_each(tmp_path: Path) -> None:
    """The primary knows none of them.  PowerDNS, which has just looked, needs the repeats: it looks by itself once an hour here,
    where the zones' own refresh of 30 s would hide that none came."""
    with site_with(tmp_path, *ALL, refresh=3600) as site:
        start(site.others)
        site.hub.verify("bad.test")
        take(site.agent())
        assert seen(site, "www.bad.test") == {STOPPED}


def test_a_restart_of_bind_as_the_primary_keeps_what_is_blocked(tmp_path: Path) -> None:
    with running_site(tmp_path, primary=BindPrimary) as site:
        agent = site.agent()
        site.hub.verify("bad.test")
        take(agent)
        assert site.knot is not None
        site.knot.restart()
        assert agent.publisher.repair() == (), "its journal holds the update"
        site.hub.verify("later.test")
        take(agent)
        assert agent.publisher.served(agent.config.primary.hot_zone) == agent.state.zones.all()[ZoneRole.HOT].serial


def test_hot_is_not_trimmed_while_a_resolver_lacks_the_new_base(tmp_path: Path) -> None:
    with running_site(tmp_path, *ALL[:2]) as site:
        agent = site.agent()
        site.hub.verify("bad.test")
        take(agent)
        site.others[1].stop()
        rebuilt = agent.rebuild(wait_seconds=1)
        assert (rebuilt.moved, rebuilt.trimmed) == (True, False)
        assert "bad.test" in site.zone_text("hot")
        assert "bad.test" in site.zone_text("base")
        site.others[1].start()
        site.others[1].await_state("www.bad.test", STOPPED)
        rebuilt = agent.rebuild(wait_seconds=60)
        assert rebuilt.trimmed
        assert "bad.test" not in site.zone_text("hot")
        assert seen(site, "www.bad.test") == {STOPPED}


@pytest.mark.parametrize("works", [True, False])
def test_the_nightly_rebuild_goes_by_file_and_by_updates_where_it_cannot(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, works: bool
) -> None:
    """By `knotc zone-reload`; an agent that may not use Knot's socket says so once and sends the changes instead."""
    with running_site(tmp_path) as site:
        knotc = [which("knotc"), "-c", str(tmp_path / "knot" / "knot.conf"), "zone-reload", "{zone}"]
        site.configure(reload_command=json.dumps(knotc if works else ["false"]))
        agent = site.agent()
        site.hub.verify("bad.test")
        take(agent)
        site.clock.move(hours=25)
        rebuilt = agent.publisher.maintain()
        assert rebuilt is not None, "a night has passed"
        assert ("reload_command false ended with 1" in caplog.text) is not works
        assert ("received command 'zone-reload'" in (tmp_path / "knot" / "knot.log").read_text()) is works
        assert site.knot is not None
        served = dns.zone.Zone(BASE)
        query, _ = dns.xfr.make_query(served, keyring=dns.tsig.Key("agent", TSIG_SECRET, "hmac-sha256"))
        dns.query.inbound_xfr(site.knot.endpoint.address, served, query, port=site.knot.endpoint.port)
        assert {str(name) for name in served} >= {"bad.test", "*.bad.test"}
        site.knot.restart()
        assert agent.publisher.repair() == (), "the file says what the primary serves"
