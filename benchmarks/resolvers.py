"""From publish to block, and to its lifting, at BIND, Unbound and PowerDNS with a million names in base, beside ten thousand.

The agent's own parts on real servers: its state, its guards, its files, its updates to Knot DNS, its NOTIFY.  A name comes, or
ends, as a version that a hub has sent.  What is measured ends when a resolver first stops, or first answers, a name that nobody
has asked before.  It begins twice: with the version in the agent's hands (`from_feed`: taken in, digested with all that is held,
compiled, judged, published), and just before the primary is told.  A name that only base holds is lifted by hot, which lets it
through; in the end base follows, as at night, and is looked at by itself.
`NAMES=100000` takes that many instead of a million.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import median

from benchmarks.agent_sizes import Feed, first, indicator
from benchmarks.bench import Bench
from benchmarks.lines import Line
from benchmarks.lookups import Probed, awake, probe, shows
from benchmarks.measure import memory_mb
from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.indicator import Indicator
from skyddsnat.policy.vocabulary import Scope
from tests.agent.conftest import Site
from tests.agent.resolvers.conftest import site_with
from tests.servers.bind import Bind
from tests.servers.powerdns import PowerDNS
from tests.servers.processes import which
from tests.servers.resolver import ANSWERED, STOPPED, Resolver
from tests.servers.unbound import Unbound

FEW, MANY = 10_000, int(os.environ.get("NAMES", "1000000"))
ROUNDS, FROM_BASE = 7, 3
APART = 6.5
"""Seconds between two publishes: PowerDNS takes no NOTIFY within 5 s of its last look (reference, "NOTIFY timing rules")."""
LIMIT = 1.0
SLOWEST = 120.0
KINDS: tuple[type[Resolver], ...] = (Bind, Unbound, PowerDNS)
PARTS = ("block", "lift", "lift_from_base")
FROM_FEED = "_from_feed"
"""Ends the name of a part that is measured from the feed on."""


@dataclass(slots=True)
class Measured:
    """Of one size.  seconds: by what was done and by resolver.

    probed: look-ups of lawful names by resolver, while names are blocked and lifted; following: while base follows, which takes
    follows seconds until every resolver has it and hot is trimmed.
    """

    names: int
    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    probed: dict[str, Probed] = field(default_factory=dict)
    following: dict[str, Probed] = field(default_factory=dict)
    follows: float = 0.0
    in_force: float = 0.0

    def medians(self, part: str) -> dict[str, float]:
        """By resolver."""
        return {name: median(found) for name, found in self.seconds[part].items() if not name.startswith("agent")}

    def note(self, part: str, found: dict[str, float]) -> None:
        """One more round."""
        for name, seconds in found.items():
            self.seconds.setdefault(part, {}).setdefault(name, []).append(seconds)


def run(bench: Bench) -> Iterator[Line]:
    """The small list, the large one, and the two beside each other."""
    # Clients are processes of their own: they see an answer when it comes, whatever the agent's own process is busy with.
    with ProcessPoolExecutor(2 * len(KINDS), mp_context=multiprocessing.get_context("spawn")) as clients:
        for one in [clients.submit(awake) for _ in range(2 * len(KINDS))]:
            one.result()  # they take long to start on a busy machine
        few, many = (_measure(bench, clients, names) for names in (FEW, MANY))
    for part in [part + begin for part in PARTS for begin in ("", FROM_FEED)]:
        slowest, before = many.medians(part), few.medians(part)
        begins = "what the hub has sent" if part.endswith(FROM_FEED) else "the update"
        yield Line(
            bench="resolvers",
            name=part,
            what=f"{part.replace('_', ' ')} with {many.names} names in base: slowest resolver's median as a share of {LIMIT:g} s",
            ratio=max(slowest.values()) / LIMIT,
            most=1,
            how=f"from {begins} to the first answer that shows it; agent, Knot DNS and three resolvers on one machine",
            figures=_figures(few, many, part),
        )
        yield Line(
            bench="resolvers",
            name=f"{part}_growth",
            what=f"{part.replace('_', ' ')}: median with {many.names} names to that with {few.names}, worst resolver",
            ratio=max(slowest[name] / before[name] for name in slowest),
            most=3,
            figures={f"{name}_ratio": slowest[name] / before[name] for name in slowest},
        )
    yield Line(
        bench="resolvers",
        name="unanswered",
        what="look-ups of lawful names, while names are blocked and lifted, that nobody answered within a second, of all",
        ratio=_share_unanswered(both := [*few.probed.values(), *many.probed.values()]),
        most=0,
        figures=_totals(both) | _by_resolver(many.probed),
    )
    yield Line(
        bench="resolvers",
        name="base_follows",
        what=f"the same while base with {many.names} names follows, as once in 24 hours",
        ratio=_share_unanswered(many.following.values()),
        figures=_totals(many.following.values()) | _by_resolver(many.following) | {"follows_s": many.follows},
    )


def _share_unanswered(probed: Collection[Probed]) -> float:
    return sum(one.silent for one in probed) / sum(one.asked for one in probed)


def _totals(probed: Collection[Probed]) -> dict[str, float]:
    return {"probes": sum(one.asked for one in probed), "unanswered": sum(one.silent for one in probed)}


def _by_resolver(probed: dict[str, Probed]) -> dict[str, float]:
    """Where nobody answered, and the longest time without an answer."""
    return {f"{name}_unanswered": one.silent for name, one in probed.items()} | {
        f"{name}_longest_s": one.longest for name, one in probed.items()
    }


def _figures(few: Measured, many: Measured, part: str) -> dict[str, float]:
    figures: dict[str, float] = {}
    for measured in (few, many):
        for name, seconds in measured.seconds[part].items():
            figures[f"{name}_{measured.names}_median_s"] = median(seconds)
            figures[f"{name}_{measured.names}_longest_s"] = max(seconds)
    return figures | {f"{name}_memory_mb": memory for name, memory in many.memory.items()}


def _measure(bench: Bench, clients: Executor, names: int) -> Measured:
    measured = Measured(names)
    with site_with(bench.new_folder(f"resolvers-{names}"), *KINDS, refresh=None) as site:
        agent = _agent(site)
        feed = Feed(agent, str(site.hub.collection))
        bench.tell(f"putting {names} names into base")
        began = time.monotonic()
        feed.tell(_indicator(number, whole=number < FROM_BASE) for number in range(names))
        first(agent)
        measured.in_force = time.monotonic() - began
        bench.tell(f"  the primary serves them after {measured.in_force:.0f} s; starting resolvers")
        for resolver in site.others:
            resolver.start(seconds=SLOWEST)
        _settle(agent)
        with _probing(clients, site, measured.probed):
            for number in range(names, names + ROUNDS):
                for part, live, state in (("block", True, STOPPED), ("lift", False, ANSWERED)):
                    _round(clients, site, feed, _indicator(number, live=live), state, measured, part)
            for number in range(FROM_BASE):
                _round(clients, site, feed, _indicator(number, live=False), ANSWERED, measured, "lift_from_base")
        with _probing(clients, site, measured.following):
            began = time.monotonic()
            assert agent.rebuild(wait_seconds=SLOWEST).trimmed
            measured.follows = time.monotonic() - began
        measured.memory = {resolver.kind: _memory(resolver) for resolver in site.others}
        assert site.knot is not None
        assert site.knot.process is not None
        measured.memory["knot"] = memory_mb([site.knot.process.pid])
        agent.close()
    for part in PARTS:
        bench.tell(f"  {part}: { ({name: round(value, 3) for name, value in measured.medians(part).items()}) }")
    return measured


def _agent(site: Site) -> Agent:
    """It may have Knot read a file again, as beside a primary."""
    conf = site.folder / "knot" / "knot.conf"
    command = f'["{which("knotc")}", "-c", "{conf}", "zone-reload", "{{zone}}"]'
    site.configure(reload_command=command, wait_seconds="120")
    return Agent.open(load(site.config_file), clock=site.clock)


def _indicator(number: int, *, live: bool = True, whole: bool = True) -> Indicator:
    """Names of base are one row each, but for those that are lifted from it."""
    one = indicator(number, live=live, first_end=timedelta(days=1))
    return replace(one, scope=Scope.SUBDOMAINS if whole else Scope.EXACT)


def _settle(agent: Agent) -> None:
    until = time.monotonic() + SLOWEST * 3
    while behind := [check.name for check in agent.verifier.canaries(agent.state.zones.all()) if not check.ok]:
        assert time.monotonic() < until, behind
        time.sleep(0.5)
    time.sleep(APART)


def _round(
    clients: Executor, site: Site, feed: Feed, came: Indicator, state: str, measured: Measured, part: str
) -> None:
    """Seconds until each resolver shows it, while the agent publishes and proves as always.

    "agent" is what it takes to work out the update, from the version that came; "agent cpu" the processor time of that and of
    sending it.
    """
    waiting = {
        resolver.kind: clients.submit(
            shows, resolver.endpoint.address, resolver.endpoint.port, str(came.name), state, SLOWEST
        )
        for resolver in site.others
    }
    began, used = time.monotonic(), time.process_time()
    feed.tell([came])
    step = feed.agent.step()
    used = time.process_time() - used
    feed.agent.settle(step, wait_seconds=SLOWEST)
    assert step.published is not None
    told = step.published.started
    shown = {str(kind): future.result() for kind, future in waiting.items()}
    time.sleep(APART)
    agent = {"agent": told - began, "agent_cpu": used}
    for name, start in ((part, told), (part + FROM_FEED, began)):
        measured.note(name, {kind: moment - start for kind, moment in shown.items()} | agent)


@contextmanager
def _probing(clients: Executor, site: Site, probed: dict[str, Probed]) -> Iterator[None]:
    """Ask every resolver for lawful names all the time, as customers do."""
    stop = site.folder / f"stop-{secrets.token_hex(4)}"
    probing = {
        str(resolver.kind): clients.submit(probe, resolver.endpoint.address, resolver.endpoint.port, stop)
        for resolver in site.others
    }
    try:
        yield
    finally:
        stop.touch()
        probed |= {kind: future.result() for kind, future in probing.items()}


def _memory(resolver: Resolver) -> float:
    assert resolver.process is not None
    return memory_mb([resolver.process.pid])
