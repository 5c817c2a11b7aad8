"""Look-ups at a real BIND, Unbound, Knot Resolver and PowerDNS, counted from what each of them wrote: exactly."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from time import time as seconds_since_1970

import dns.flags
import dns.message
import dns.query
import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.counting import days
from skyddsnat.agent.counting.days import Outcome
from skyddsnat.agent.counting.figures import MonthCounts, month_counts
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.counting.times import BUCKET
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import powerdns_lua
from skyddsnat.agent.state import State
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Gap
from tests.agent.conftest import Site
from tests.agent.resolvers.conftest import site_with, take
from tests.servers.bind import Bind
from tests.servers.kresd import KnotResolver
from tests.servers.powerdns import PowerDNS
from tests.servers.resolver import Change, Resolver
from tests.servers.unbound import Unbound

pytestmark = pytest.mark.servers

IDN = "xn--rksmrgs-5wao1o.test"
CHAIN = "chain.lawful.test"
ANNA, BO, CARIN = "127.0.0.11", "127.0.0.12", "::1"
ASKED = [
    *((ANNA, "wild.test", kind) for kind in ("A", "AAAA", "HTTPS", "A")),
    (ANNA, f"www.{IDN}", "A"),
    (ANNA, "only.shop.test", "A"),
    (ANNA, "under.only.shop.test", "A"),
    (ANNA, "notwild.test", "A"),
    (ANNA, "www.lifted.test", "A"),
    (BO, "X.y.WiLd.TeSt", "A"),
    (BO, CHAIN, "A"),
]
BLOCKED, OF_THE_CHAIN = 8, 1
"""Of ASKED, for each resolver: all that is on the list; one of them behind an alias, which Knot Resolver does not see."""


A_CLIENT_S_QUERY = b"\x08\x05\x10\x01\x18\x01"
"""How a message of that type, on IPv4 and UDP, begins in a dnstap file."""


@dataclass(slots=True)
class Place:
    """Four resolvers with a list in force, whose logs and counters the agent knows."""

    site: Site

    def resolver(self, kind: ResolverKind) -> Resolver:
        return next(one for one in self.site.others if one.kind is kind)

    def count(self) -> Outcome:
        for one in self.site.others:
            if one.kind is ResolverKind.KNOT_RESOLVER:
                stamp(one.log, self.site.folder / "journal.log")
        config = load(self.site.config_file)
        with closing(State.open(config.data_dir)) as state, closing(CountStore.open(config.data_dir)) as store:
            return days.count(config, state.lists, store, now=datetime.now(UTC), look=lambda _read, _size: None)

    def counts(self) -> MonthCounts:
        config = load(self.site.config_file)
        period = Period.holding(datetime.now(UTC).date(), Frequency.MONTH)
        with closing(CountStore.open(config.data_dir)) as store:
            return month_counts(store, config.count, period, resolvers=len(config.resolvers))


class LoggingBind(Bind):
    """BIND as a service: in the laboratory's foreground it would write all to stderr and none to its log files."""

    def command(self, changed: Change) -> list[str]:
        return ["-f" if part == "-g" else part for part in super().command(changed)]


class LoggingPowerDNS(PowerDNS):
    """With the script that operators get."""

    def command(self, changed: Change) -> list[str]:
        script = self.folder / "skyddsnat.lua"
        script.write_text(powerdns_lua())
        line = "recursor:\n"
        return super().command(lambda text: changed(text).replace(line, f'{line}  lua_dns_script: "{script}"\n', 1))


def stamp(log: Path, journal: Path) -> None:
    """As journalctl -o short-iso-precise shows it."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    journal.write_text("".join(f"{now} ns3 kresd[99]: {line}\n" for line in log.read_text().splitlines()))


def lay_chain(site: Site) -> None:
    """A lawful alias of a blocked name."""
    knot = site.knot
    assert knot is not None
    knot.serve_lawful(more=f"{CHAIN}. CNAME target.wild.test.\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    in_one_month()
    with site_with(tmp_path, LoggingBind, Unbound, KnotResolver, PowerDNS) as site:
        lay_chain(site)
        for one in site.others:
            one.start(change=changed(one))
        site.more = settings(site)
        site.configure(ignore_clients='["127.0.0.53"]')
        agent = site.agent()
        for name, scope in {"wild.test": "subdomains", IDN: "subdomains", "only.shop.test": "exact"}.items():
            site.hub.verify(name, scope=scope)
        lifted = site.hub.verify("lifted.test")
        take(agent)
        agent.rebuild(wait_seconds=60)
        site.hub.withdraw(lifted)
        take(agent)  # base still has it, and hot lets it through: that is no hit
        yield Place(site)


def changed(one: Resolver) -> tuple[str, str]:
    """Unbound answers on IPv6 too, and BIND tells of each look-up by dnstap."""
    if one.kind is ResolverKind.UNBOUND:
        line = "    access-control: 127.0.0.0/8 allow"
        return line, f"{line}\n    access-control: ::1 allow\n    interface: ::1@{one.endpoint.port}"
    if one.kind is ResolverKind.BIND:
        return "    recursion yes;", '    recursion yes; dnstap { client query; }; dnstap-output file "dnstap.tap";'
    return "", ""


def settings(site: Site) -> str:
    hits = {
        ResolverKind.BIND: site.folder / "bind" / "rpz.log*",
        ResolverKind.UNBOUND: site.folder / "unbound" / "resolver.log",
        ResolverKind.KNOT_RESOLVER: site.folder / "journal.log",
    }
    counters = {ResolverKind.UNBOUND: "stats_noreset", ResolverKind.POWERDNS: "get-all"}
    text = ""
    for one in site.others:
        text += f'[[count.log]]\nresolver = "{one.known.name}"\n'
        if one.kind in hits:
            text += f'hits = ["{hits[one.kind]}"]\n'
        if one.kind is ResolverKind.BIND:
            text += f'queries = ["{one.folder / "dnstap.tap"}"]\n'
        if one.kind in counters:
            text += f"counters = {[*one.control_command(), counters[one.kind]]}\n".replace("'", '"')
    return text


def ask(resolver: Resolver, client: str, name: str, kind: str) -> None:
    query = dns.message.make_query(f"{name}.", kind)
    where = "::1" if ":" in client else resolver.endpoint.address
    dns.query.udp(query, where, port=resolver.endpoint.port, timeout=30, source=client)


def counted_at(powerdns: Resolver) -> int:
    """What its counter shows.  It is brought up to date by traffic, so a lawful name is asked for too."""
    powerdns.look_up("www.lawful.test")
    get = [*powerdns.control_command(), "get", "policy-result-nxdomain"]
    return int(subprocess.run(get, check=True, capture_output=True).stdout)


def in_one_bucket() -> None:
    """Begin where the next seconds lie in the same five minutes.

    Not at their very start: BIND stamps its log with the kernel's coarse clock, which is some milliseconds behind.
    """
    left = BUCKET - seconds_since_1970() % BUCKET
    if left < 30:
        sleep(left + 1)


def in_one_month() -> None:
    """Begin where the next minutes lie in the same month: counts are asked for by the month."""
    now = datetime.now(UTC)
    left = datetime.combine(Period.holding(now.date(), Frequency.MONTH).next.first_day, time(), UTC) - now
    if left < timedelta(minutes=5):
        sleep(left.total_seconds() + 1)


def await_true(what: Callable[[], bool], *, seconds: float = 120) -> None:
    until = monotonic() + seconds
    while not what():
        assert monotonic() < until
        sleep(0.1)


def test_each_resolver_s_own_log_is_counted_exactly(place: Place) -> None:
    first = place.count()
    assert first.collected.problems == []
    before = place.counts()
    assert (before.hits, before.lookups) == (0, 0)
    assert before.canaries >= 6, "the agent's own canaries are in all three logs"
    in_one_bucket()
    for resolver in place.site.others:
        for client, name, kind in ASKED:
            ask(resolver, client, name, kind)
        ask(resolver, "127.0.0.53", "wild.test", "A")
    ask(place.resolver(ResolverKind.UNBOUND), CARIN, "wild.test", "A")
    powerdns = place.resolver(ResolverKind.POWERDNS)
    await_true(lambda: counted_at(powerdns) >= BLOCKED - 1)
    bind = place.resolver(ResolverKind.BIND)
    bind.stop()  # it writes what it tells by dnstap when its buffer is full
    outcome = place.count()
    assert (outcome.unparsed, outcome.collected.problems, outcome.kept) == (0, [], [])
    found = {one.resolver: one for day in outcome.days for one in day.resolvers}
    told = (bind.folder / "dnstap.tap").read_bytes().count(A_CLIENT_S_QUERY)
    assert found["bind-1"].queries == told > len(ASKED)
    # Anna's three entries, Bo's one; Carin asked Unbound alone.
    assert (found["bind-1"].hits, found["bind-1"].lookups) == (BLOCKED, 4)
    assert (found["unbound-1"].hits, found["unbound-1"].lookups) == (BLOCKED + 1, 5)
    assert (found["knot-resolver-1"].hits, found["knot-resolver-1"].lookups) == (BLOCKED - OF_THE_CHAIN + 1, None)
    assert found["bind-1"].ignored == found["unbound-1"].ignored == 1
    assert found["unbound-1"].passed == 1, "Unbound logs what hot lets through, and it is not counted"
    counts = place.counts()
    assert counts.lookups == 5, "who asked two resolvers counts once"
    # PowerDNS by its counter: the monitoring's look-up is in it, since it knows no client, and what was answered from the packet
    # cache (A twice, and the monitoring's) is not.
    by_counter = counts.hits - sum(one.hits for one in found.values())
    assert BLOCKED - 1 <= by_counter <= BLOCKED + 1
    assert [(check.resolver, check.ok) for check in outcome.checks] == [("unbound-1", True)]
    assert counts.queries is not None
    again = place.count()
    assert place.counts().hits >= counts.hits
    assert place.counts().lookups == counts.lookups
    assert again.ok


def test_powerdns_tells_who_asked_what_by_our_script(tmp_path: Path) -> None:
    """And what was stopped once is not answered from its packet cache, where it would not be counted."""
    in_one_month()
    with site_with(tmp_path, LoggingPowerDNS) as site:
        lay_chain(site)
        (powerdns,) = site.others
        powerdns.start()
        site.more = f'[[count.log]]\nresolver = "powerdns-1"\nhits = ["{powerdns.log}"]\n'
        site.configure(ignore_clients='["127.0.0.53"]')
        agent = site.agent()
        for name, scope in {"wild.test": "subdomains", IDN: "subdomains", "only.shop.test": "exact"}.items():
            site.hub.verify(name, scope=scope)
        take(agent)
        place = Place(site)
        in_one_bucket()
        for client, name, kind in [*ASKED, ("127.0.0.53", "wild.test", "A")]:
            ask(powerdns, client, name, kind)
        outcome = place.count()
        (found,) = (one for day in outcome.days for one in day.resolvers)
        assert (outcome.unparsed, outcome.collected.problems) == (0, [])
        assert (found.hits, found.lookups, found.ignored) == (BLOCKED, 4, 1)
        assert found.canaries > 0
        assert place.counts().lookups == 4
        assert place.counts().gaps == {Gap.DAYS_MISSING}


def test_a_counter_that_says_otherwise_is_told(place: Place) -> None:
    place.count()
    unbound = place.resolver(ResolverKind.UNBOUND)
    in_one_bucket()
    for _ in range(15):
        ask(unbound, ANNA, "wild.test", "A")
    lines = unbound.log.read_text().splitlines(keepends=True)
    unbound.log.write_text("".join(line for line in lines if "wild.test" not in line))
    outcome = place.count()
    (check,) = outcome.checks
    assert (check.ok, outcome.ok) == (False, False)
    assert check.counter - check.log >= 15
