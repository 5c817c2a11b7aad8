"""The doctor finds each usual mistake at a real server, and names the setting that mends it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import dns.query
import dns.tsig
import dns.update
import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.resolvers import kresd
from skyddsnat.agent.samples import Key, ResolverSample
from skyddsnat.agent.samples.kresd import kresd_snippet
from skyddsnat.agent.verify import BASE_DECIDES
from tests.agent.conftest import BASE, HOT, TSIG_SECRET, Site
from tests.agent.resolvers.conftest import ALL, TRANSFER, running_site, site_with, take
from tests.servers.bind import Bind, BindPrimary
from tests.servers.knot import Knot
from tests.servers.kresd import KnotResolver
from tests.servers.powerdns import PowerDNS
from tests.servers.resolver import ANSWERED, STOPPED, Resolver
from tests.servers.unbound import Unbound

pytestmark = pytest.mark.servers

WRONG = Key(TRANSFER.name, TSIG_SECRET)
"""A secret that the primary has under another name."""


def look(agent: Agent) -> dict[str, str]:
    """What is not well, with the advice."""
    return {finding.what: finding.advice for finding in examine(agent) if not finding.ok}


def test_four_healthy_resolvers_give_no_finding(tmp_path: Path) -> None:
    with running_site(tmp_path, *ALL) as site:
        agent = site.agent()
        site.hub.verify("bad.test")
        take(agent)
        assert look(agent) == {}


def bind_order(*zones: str) -> str:
    return "\n".join(f'    zone "{zone}" log yes ede blocked max-policy-ttl 60;' for zone in zones)


CASES: dict[str, tuple[type[Resolver], tuple[str, str], str, str]] = {
    "bind refuses NOTIFY": (
        Bind,
        ("allow-notify { 127.0.0.1; }", "allow-notify { 192.0.2.9; }"),
        "takes NOTIFY",
        "REFUSED.*allow-notify",
    ),
    "unbound refuses NOTIFY": (
        Unbound,
        ("allow-notify: 127.0.0.1", "allow-notify: 192.0.2.9"),
        "takes NOTIFY",
        "allow-notify in both rpz",
    ),
    "powerdns drops NOTIFY": (
        PowerDNS,
        ('allow_notify_from: ["127.0.0.2", "127.0.0.1"]', 'allow_notify_from: ["127.0.0.2"]'),
        "takes NOTIFY",
        "does not answer.*allow_notify_from",
    ),
    "the bridge refuses NOTIFY": (
        KnotResolver,
        ('address: ["127.0.0.1", "127.0.0.2"]', 'address: ["127.0.0.2"]'),
        "takes NOTIFY",
        "notify_port",
    ),
    "bind does not use a zone": (
        Bind,
        (f'zone "{HOT}" log yes', f'zone "{HOT}" policy disabled log yes'),
        "has the hot zone in force",
        "holds serial .* does not block by it; list the zone in response-policy",
    ),
    "unbound does not use a zone": (
        Unbound,
        (f"name: {BASE}\n", f"name: {BASE}\n    rpz-action-override: disabled\n"),
        "has the base zone in force",
        "holds serial .* does not block by it; take rpz-action-override",
    ),
    "powerdns does not use a zone": (
        PowerDNS,
        (f'- name: "{HOT}"\n', f'- name: "{HOT}"\n      defpol: NoAction\n'),
        "has the hot zone in force",
        "holds serial .* does not block by it; take defpol",
    ),
    "kresd does not use a zone": (
        KnotResolver,
        ("hot(request, query) or base(request, query)", "base(request, query)"),
        "has the hot zone in force",
        "holds serial .* does not block by it; add policy.rpz",
    ),
    "bind asks base first": (
        Bind,
        (bind_order(HOT, BASE), bind_order(BASE, HOT)),
        "lets hot decide before base",
        "lifts wait for base; list the hot zone first",
    ),
    "kresd asks base first": (
        KnotResolver,
        ("hot(request, query) or base(request, query)", "base(request, query) or hot(request, query)"),
        "lets hot decide before base",
        "lifts wait for base; ask hot before base",
    ),
    "bind caps the TTL of a block": (
        Bind,
        (" max-policy-ttl 60", ""),
        "keeps block answers as long as the list says",
        "lives 5 s instead of 60.*max-policy-ttl 60",
    ),
    "powerdns keeps answers for a day": (
        PowerDNS,
        ("  ttl: 60\n", "  ttl: 86400\n"),
        "forgets answers in time",
        "packetcache.ttl is 86400 s.*set that to 60",
    ),
    "unbound shows the list to clients": (
        Unbound,
        ("    rpz-log: yes\n", "    rpz-log: yes\n    for-downstream: yes\n"),
        "keeps the list to itself",
        "for-downstream: no",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_planted_fault_is_found_with_what_mends_it(tmp_path: Path, case: str) -> None:
    kind, change, what, advice = CASES[case]
    with site_with(tmp_path, kind, refresh=None) as site:
        agent = site.agent()
        agent.pull()
        step = agent.step()
        site.others[0].start(change=change)  # its first transfer needs no NOTIFY
        agent.settle(step, wait_seconds=8)
        found = look(agent)
        assert set(found) == {f"resolver {kind.kind}-1 {what}"}, found
        assert_told(found.popitem()[1], advice)


@pytest.mark.parametrize("kind", [Bind, PowerDNS])
def test_a_resolver_with_another_key_is_told_from_one_that_does_not_block(tmp_path: Path, kind: type[Resolver]) -> None:
    with site_with(tmp_path, kind) as site:
        resolver = site.others[0]
        resolver.sample = replace(resolver.sample, key=WRONG)
        resolver.start()
        agent = site.agent()
        agent.pull()
        agent.settle(agent.step(), wait_seconds=1)
        advice = look(agent)[f"resolver {kind.kind}-1 has the hot zone in force"]
        assert_told(advice, "primaries clause" if kind is Bind else "tsig of the zone")


def test_an_unbound_that_the_primary_does_not_let_transfer_is_found(tmp_path: Path) -> None:
    with site_with(tmp_path, Unbound) as site:
        assert site.knot is not None
        site.knot.stop()
        site.knot.start(change=('address: ["127.0.0.1"]\n    action', 'address: ["192.0.2.9"]\n    action'))
        site.others[0].start()
        agent = site.agent()
        agent.pull()
        agent.settle(agent.step(), wait_seconds=1)
        assert_told(look(agent)["resolver unbound-1 has the hot zone in force"], "transfer without a key")


@pytest.mark.parametrize(
    ("primary", "change", "told"),
    [
        (Knot, ("action: [update, transfer]", "action: transfer"), "update of .*knot.conf"),
        (Knot, ("action: [update, transfer]", "action: update"), "transfer of .*knot.conf"),
        (BindPrimary, ("grant agent", "grant transfer"), "update of .*named.conf"),
        (
            BindPrimary,
            ("allow-transfer { key agent; key transfer; 127.0.0.1; }", "allow-transfer { key transfer; }"),
            "transfer of .*named.conf",
        ),
    ],
)
def test_a_primary_that_refuses_what_the_agent_will_do_is_found_before_it_does_it(
    tmp_path: Path, primary: type[Knot] | type[BindPrimary], change: tuple[str, str], told: str
) -> None:
    with site_with(tmp_path, primary=primary) as site:
        assert site.knot is not None
        agent = site.agent()
        before = agent.publisher.served(HOT)
        assert agent.publisher.refused(HOT) == []
        assert agent.publisher.served(HOT) == before, "asking changes nothing"
        site.knot.stop()
        site.knot.start(change=change)
        assert_told(look(agent)[f"primary lets the agent change {HOT}"], told)


def test_an_agent_with_another_key_than_the_primary_is_found(tmp_path: Path) -> None:
    with site_with(tmp_path) as site:
        (site.folder / "other.key").write_text(TRANSFER.secret)
        (site.folder / "other.key").chmod(0o600)
        agent = site.configure(key_file='"other.key"').agent()
        assert_told(look(agent)[f"primary serves {HOT}"], "refuses the agent's key.*secret")


def two_rules(sample: ResolverSample) -> str:
    """Our part of kresd.conf as it was before hot let names through."""
    blocked = "policy.DENY_MSG('blocked', kres.extended_error.BLOCKED)"
    return "\n".join(f"policy.add(policy.rpz({blocked}, '{sample.copy_of(role)}', true))" for role, _ in sample.zones)


@pytest.mark.parametrize("here", [True, False], ids=["on this host", "by its answers"])
def test_a_knot_resolver_with_a_rule_for_each_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, here: bool
) -> None:
    with site_with(tmp_path, KnotResolver) as site:
        resolver = site.others[0]
        before = kresd_snippet(resolver.sample)
        rules = before[before.index("do\n") :]
        # Only its own rules lead out.
        nowhere = "modules.load('hints > iterate')\nhints.root({ ['a.root.example.'] = '192.0.2.1' })\n"
        resolver.start(change=(rules, nowhere + two_rules(resolver.sample) + "\n"))
        monkeypatch.setattr(kresd, "CONFIGURATION", resolver.folder / "kresd.conf" if here else Path("/nowhere"))
        agent = site.agent()
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        found = look(agent)
        assert set(found) == {"resolver knot-resolver-1 sends on what hot lets through"}
        assert_told(
            found.popitem()[1], "a rule for each file.*one rule" if here else "stays dead.*one rule for both files"
        )
        resolver.stop()
        resolver.start(change=("trust_anchors", nowhere + "trust_anchors"))
        agent.verify()
        assert look(agent) == {}


def test_an_old_rule_that_cannot_be_seen_from_here_is_told_with_how_to_look_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver is on another host and finds its own way out: every answer is right, and the old rules would go unseen."""
    with site_with(tmp_path, KnotResolver) as site:
        resolver = site.others[0]
        before = kresd_snippet(resolver.sample)
        found = "policy.add(policy.pattern(policy.DENY, '\\5first'))\n"  # as the root's servers answer elsewhere
        resolver.start(change=(before[before.index("do\n") :], found + two_rules(resolver.sample) + "\n"))
        monkeypatch.setattr(kresd, "CONFIGURATION", Path("/nowhere"))
        agent = site.agent()
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        assert_told(
            look(agent)["resolver knot-resolver-1 sends on what hot lets through"], "from here.*on that host run: grep"
        )
        resolver.stop()
        resolver.start()
        agent.verify()
        assert look(agent) == {}


def test_rows_that_knot_resolver_ignores_are_found(tmp_path: Path) -> None:
    """Somebody adds a row of another kind beside the agent: three kinds of resolver stop the name, this one does not."""
    with running_site(tmp_path, KnotResolver, Bind) as site:
        agent = site.agent()
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        _add_beside(site, "walled.test", "garden.lawful.test.")
        resolver, _ = site.others
        until_found(agent, "resolver knot-resolver-1 reads every row", "1 row.*ignores.*stay open")
        assert resolver.addresses("walled.test") == ["192.0.2.1"]


def _add_beside(site: Site, name: str, target: str) -> None:
    assert site.knot is not None
    key = dns.tsig.Key("agent", TSIG_SECRET, "hmac-sha256")
    message = dns.update.UpdateMessage(f"{HOT}.", keyring=key)
    message.add(name, 60, "CNAME", target)
    answer = dns.query.tcp(message, site.knot.endpoint.address, port=site.knot.endpoint.port, timeout=5)
    assert answer.rcode() == 0
    site.agent().notifier.send(HOT)


def until_found(agent: Agent, what: str, advice: str) -> None:
    """Look until the fault shows: the row is on its way through the bridge."""
    for _ in range(20):
        if what in (found := look(agent)):
            assert_told(found[what], advice)
            return
    raise AssertionError(found)


def assert_told(text: str, pattern: str) -> None:
    """pattern: a regular expression that the advice holds."""
    assert re.search(pattern, text), text


def test_no_lift_counts_as_proved_where_base_decides_before_hot(tmp_path: Path) -> None:
    with site_with(tmp_path, Bind) as site:
        bind, agent = site.others[0].start(change=(bind_order(HOT, BASE), bind_order(BASE, HOT))), site.agent()
        listed = site.hub.verify("bad.test")
        agent.pull()
        agent.settle(agent.step(), wait_seconds=60)
        assert agent.status().resolvers[0]["fault"] == BASE_DECIDES
        assert agent.rebuild(wait_seconds=60).trimmed
        assert agent.status().resolvers[0]["fault"] == BASE_DECIDES, "a look at the canaries alone does not clear it"
        site.hub.withdraw(listed)
        agent.pull()
        agent.settle(agent.step(), wait_seconds=1)
        assert bind.look_up("www.bad.test") == STOPPED
        assert agent.proof.waiting_since is not None
        bind.stop()
        bind.start()
        agent.verify()
        assert bind.look_up("www.bad.test") == ANSWERED
        assert agent.status().resolvers[0]["ok"]
        assert agent.proof.waiting_since is None
