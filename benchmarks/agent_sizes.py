"""What a list of NAMES whole domains costs an agent: `python -m benchmarks.agent_sizes NAMES` prints a line of JSON.

Processor seconds, octets and memory of one process, from a feed that it holds to zones in files, and then one name more and one
less, again and again.  Behind docs/operator/sizing.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.enforce import Outcome, chosen
from skyddsnat.agent.indicator import Indicator
from skyddsnat.agent.state.database import transaction
from skyddsnat.agent.state.feed import Seen
from skyddsnat.policy.vocabulary import Ceiling, Scope
from tests.agent.conftest import Clock, Site
from tests.agent.fake_hub import FakeHub

ROUNDS = 3
MEGA = 1e6


def main(names: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        site = Site(Path(folder), FakeHub(clock=clock).start(), clock).configure()
        agent = Agent.open(load(site.config_file), clock=clock)
        collection = str(site.hub.collection)
        tell(agent, collection, (indicator(number) for number in range(names)), at=clock)
        facts = first(agent) | {"one_more_cpu_s": [], "one_less_cpu_s": [], "compile_again_cpu_s": []}
        for number in range(ROUNDS):
            for live, into in ((True, "one_more_cpu_s"), (False, "one_less_cpu_s")):
                tell(agent, collection, [indicator(names + number, live=live)], at=clock)
                facts["compile_again_cpu_s"].append(used(agent.planner.compiled))  # a part of each
                facts[into].append(facts["compile_again_cpu_s"][-1] + used(lambda: step(agent)))
        facts |= {"rss_mb": kept("VmRSS"), "peak_mb": kept("VmHWM")}
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
    assert agent.enforcer.step().outcome is Outcome.PUBLISHED


def tell(agent: Agent, collection: str, indicators: Iterable[Indicator], *, at: Clock) -> None:
    """The feed as if it had been read and vouched for."""
    with transaction(agent.state.connection):
        agent.state.feed.apply(collection, indicators)
        agent.state.feed.accept(collection, Seen(1, 1, at(), at()))
        agent.state.notes.bump()


def indicator(number: int, *, live: bool = True) -> Indicator:
    """One domain with all below it; its second version ends it."""
    return Indicator(
        stix_id=f"indicator--{UUID(int=number)}",
        version=1 if live else 2,
        live=live,
        name=f"namn-{number}.test",
        scope=Scope.SUBDOMAINS,
        ceiling=Ceiling.BLOCK,
        origin="police",
        fault="",
        until=None,
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
