"""From the second approval to the block, with 100,000 names in force: real hub, agent, Knot and Unbound on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from benchmarks.bench import Bench
from benchmarks.hub import Served
from benchmarks.lines import Line
from benchmarks.measure import cpu_seconds
from benchmarks.objects import indicator
from benchmarks.peers import closing
from skyddsnat.demo.sites import Site, Subscription
from skyddsnat.demo.story.browser import Browser, Unexpected
from skyddsnat.demo.story.teller import seconds_until
from skyddsnat.protocols.stix import EXTENSION_ID

NAMES, ROUNDS = 100_000, 5
LIMIT = 3.0
"""Seconds that it may take, in the median."""


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds of one name: until its approval was answered, and from then until the resolver stopped it.

    hub, agent: their processor time meanwhile, of which a machine that others use too says more than of the clock.
    """

    approval: float
    way: float
    hub: float
    agent: float

    @property
    def whole(self) -> float:
        """Both."""
        return self.approval + self.way


def run(bench: Bench) -> Iterator[Line]:
    """One line; on SQLite, since the hub's part is the smallest."""
    hub = bench.hub("blocked", "sqlite")
    bench.tell(f"publishing {NAMES} names")
    hub.fill("publish", NAMES)
    with hub.served() as served:
        names = [f"matning-{number}.test" for number in range(ROUNDS)]
        _hand_in(served, names)
        signals: dict[str, str] = hub.fill("waiting")
        with _person(served, "solros") as sofia, _person(served, "vakten") as jonas:
            for name in names:
                _approve(sofia, signals[name])
            site = _site(bench, served)
            laps = [_lap(bench, served, site, jonas, name, signals[name]) for name in names]
        assert site.agent is not None
        used = cpu_seconds([site.agent.process.pid])
        time.sleep(10)
        yield _line(laps, site, idle=(cpu_seconds([site.agent.process.pid]) - used) / 10)
        for child in list(reversed(bench.children.running)):
            if child.name in {"agent", "unbound", "knot"}:
                bench.children.stop(child)


def _line(laps: list[Lap], site: Site, *, idle: float) -> Line:
    return Line(
        bench="blocked",
        name="sqlite",
        what=f"second approval to blocked with {NAMES} names in force: the median as a share of {LIMIT:g} s",
        ratio=median(lap.whole for lap in laps) / LIMIT,
        most=1,
        how=f"hub with two workers, agent that polls every 2 s, Knot, Unbound; {len(laps)} names one after another",
        figures={
            "median_s": median(lap.whole for lap in laps),
            "longest_s": max(lap.whole for lap in laps),
            "approval_s": median(lap.approval for lap in laps),
            "poll_publish_and_transfer_s": median(lap.way for lap in laps),
            "hub_cpu_s": median(lap.hub for lap in laps),
            "agent_cpu_s": median(lap.agent for lap in laps),
            "agent_cores_when_nothing_is_new": idle,
            "names_in_force": site.status()["entries"],
        },
    )


def _lap(bench: Bench, served: Served, site: Site, person: Browser, name: str, signal: str) -> Lap:
    assert site.agent is not None
    parts = served.pids, [site.agent.process.pid]
    used = [cpu_seconds(pids) for pids in parts]
    began = time.perf_counter()
    _approve(person, signal)
    answered = time.perf_counter()
    seconds_until(lambda: site.is_stopped(f"www.{name}"), what="stopped at the resolver", limit=60)
    whole = time.perf_counter() - began
    hub, agent = (cpu_seconds(pids) - before for pids, before in zip(parts, used, strict=True))
    lap = Lap(answered - began, began + whole - answered, hub, agent)
    bench.tell(f"  blocked after {lap.whole:.1f} s")
    return lap


def _site(bench: Bench, served: Served) -> Site:
    """An operator's network whose agent holds all names, as two of its people have approved."""
    facts = served.hub.facts
    subscription = Subscription(
        hub_url=f"http://127.0.0.1:{served.port}",
        public_key=facts["feed_key"],
        log_public_key=facts["log_key"],
        collections=((UUID(facts["verified"]), "verified"),),
        taxii_token=facts["token"],
        stats_token=facts["stats"],
    )
    site = Site(bench.new_folder("site"), bench.children, subscription)
    site.start_servers()
    site.start_agent()
    bench.tell("the agent takes the list; its first one waits for two people")
    if site.wait_for_state("held", "live", seconds=180) == "held":
        site.approve_held("Erik Sand", "Nora West")
    site.wait_for_state("live", seconds=180)
    return site


def _hand_in(served: Served, names: list[str]) -> None:
    """Whole domains, handed in by Alfa's machine."""
    scope = {EXTENSION_ID: {"extension_type": "property-extension", "scope": "subdomains"}}
    things = [
        indicator(20_000_000 + number) | {"pattern": f"[domain-name:value = '{name}']", "extensions": scope}
        for number, name in enumerate(names)
    ]
    with closing(served.reader("inbox")) as inbox:
        inbox.post(things, batch=len(things))


def _approve(person: Browser, signal: str) -> None:
    """Say yes on the review page, with every line of the checklist."""
    page = person.get(f"/signals/{signal}/review/")
    form = page.form("/approve/")
    fields: dict[str, str | list[str]] = {"checklist": form.offered.get("checklist", [])}
    bases = [basis for basis in form.offered.get("basis", []) if basis]
    if bases:
        fields["basis"] = bases[0]
    answer = person.send(page, "/approve/", **fields)
    if answer.status >= 400 or answer.path.endswith(("/approve/", f"{signal}/review/")):
        raise Unexpected(f"the approval was not taken ({answer.status} at {answer.path})")


def _person(served: Served, member: str) -> Browser:
    """A reviewer who has signed in with password and app."""
    email = f"reviewer@{member}.test"
    person = Browser(f"http://127.0.0.1:{served.port}", {"email": email, **served.hub.facts["sign_in"]})
    person.sign_in()
    return person
