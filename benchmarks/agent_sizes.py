"""What a list of NAMES whole domains costs an agent: `python -m benchmarks.agent_sizes NAMES` prints a line of JSON.

Processor seconds, octets and memory of one process, from a feed that it holds to zones in files, and then one name more and one
less, one that ends by itself, and a lift by hand beside it: from the versions that a hub has sent, through the digest of all that
is held, to the zones.  `take_in` is the part before compiling, `compile_again` the next.  Behind docs/operator/sizing.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.enforce import Outcome, chosen
from skyddsnat.agent.held import HeldSets
from skyddsnat.agent.indicator import Indicator
from skyddsnat.agent.state.database import transaction
from skyddsnat.agent.state.feed import Seen
from skyddsnat.agent.state.packing import to_us
from skyddsnat.policy.vocabulary import Ceiling, Scope
from tests.agent.conftest import Clock, Site
from tests.agent.fake_hub import FakeHub

ROUNDS = 3
STARTED, FIRST_END, EACH = datetime.now(UTC), timedelta(minutes=20), timedelta(seconds=8)
"""A domain is judged anew after ninety days: of a million, one ends every eight seconds."""
MEGA = 1e6


def main(names: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        site = Site(Path(folder), FakeHub(clock=clock).start(), clock).configure()
        agent = Agent.open(load(site.config_file), clock=clock)
        feed = Feed(agent, str(site.hub.collection))
        feed.tell(indicator(number) for number in range(names))
        facts = first(agent) | {
            "one_more_cpu_s": [],
            "one_less_cpu_s": [],
            "take_in_cpu_s": [],
            "compile_again_cpu_s": [],
            "one_ends_cpu_s": [],
        }
        for number in range(ROUNDS):
            for live, into in ((True, "one_more_cpu_s"), (False, "one_less_cpu_s")):
                tell = partial(feed.tell, [indicator(names + number, live=live)])
                parts = [used(tell), used(agent.planner.compiled), used(partial(step, agent))]
                facts["take_in_cpu_s"].append(parts[0])
                facts["compile_again_cpu_s"].append(parts[1])
                facts[into].append(sum(parts))
        clock.move(seconds=FIRST_END.seconds)
        for _ in range(ROUNDS):
            clock.move(seconds=EACH.seconds)
            facts["one_ends_cpu_s"].append(used(partial(step, agent)))
        facts |= {
            "rss_mb": kept("VmRSS"),
            "peak_mb": kept("VmHWM"),
            "lift_by_hand_cpu_s": used(partial(lift, site, agent, str(indicator(names - 1).name))),
        }
        feed.tell([indicator(names + ROUNDS)])
        facts["one_more_after_a_lift_cpu_s"] = used(partial(step, agent))
        agent.close()
        facts["state_mb"] = (Path(folder) / "data" / "state.sqlite").stat().st_size / MEGA
        facts["zones_mb"] = sum(path.stat().st_size for path in site.zone_dir.glob("*.zone")) / MEGA
        site.hub.stop()
    middles = {name: median(value) if isinstance(value, list) else value for name, value in facts.items()}
    print(json.dumps({"names": names, **{name: round(value, 3) for name, value in middles.items()}}))


def first(agent: Agent) -> dict[str, Any]:
    """The first list, which two people let through where the guards hold it."""
    facts: dict[str, Any] = {"plan_cpu_s": used(agent.planner.plan)}
    plan = agent.planner.plan()
    assert plan is not None
    course = chosen(plan.candidate.version)
    return facts | {"publish_cpu_s": used(lambda: agent.enforcer.put(plan.facts, course=course, approved=True))}


def step(agent: Agent) -> None:
    """From what is new in the feed to the zones."""
    outcome = agent.enforcer.step()
    assert outcome.outcome is Outcome.PUBLISHED, outcome


def lift(site: Site, agent: Agent, name: str) -> None:
    """As a command does it beside the running agent: a process of its own, which reads what it needs."""
    beside = Agent.open(load(site.config_file), clock=agent.clock)
    assert beside.decisions.lift(name, by="Astrid Ek", reason="measured").removed == 1
    beside.close()


class Feed:
    """A hub's word without a hub: what has come is taken in, and all that is held is digested, as for a signed head."""

    def __init__(self, agent: Agent, collection: str) -> None:
        self.agent, self._collection = agent, collection
        self._sets = HeldSets(agent.state.feed, clock=agent.clock)

    def tell(self, indicators: Iterable[Indicator]) -> None:
        """As `FeedReader` keeps what a head vouches for."""
        state, came, now = self.agent.state, [*indicators], self.agent.clock()
        with transaction(state.connection):
            state.feed.apply(self._collection, came)
            held = self._sets.take(self._collection, {one.stix_id for one in came})
            assert held.live.digest.count
            state.feed.accept(self._collection, Seen(1, 1, now, now))
            state.notes.bump()
        self._sets.keep(self._collection, held)


def indicator(number: int, *, live: bool = True, first_end: timedelta = FIRST_END) -> Indicator:
    """One domain with all below it, anywhere in the order of names and of ids; its second version ends it.

    first_end: from the start of the measurement until the first of them ends by itself.
    """
    name = f"namn-{number * 7919 % 10_000_019}.test"
    return Indicator(
        stix_id=f"indicator--{uuid5(NAMESPACE_DNS, name)}",
        version=1 if live else 2,
        live=live,
        name=name,
        scope=Scope.SUBDOMAINS,
        ceiling=Ceiling.BLOCK,
        origin="police",
        fault="",
        until=to_us(STARTED + first_end + number * EACH),
        said=f"{number:064x}",
    )


def used(act: Callable[[], object]) -> float:
    """Processor seconds."""
    began = time.process_time()
    act()
    return time.process_time() - began


def kept(what: str) -> float:
    """Megabytes of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what + ":")) * 1024 / MEGA


if __name__ == "__main__":
    main(int(sys.argv[1]))
