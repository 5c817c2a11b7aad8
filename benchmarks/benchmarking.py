"""Confidential benchmarking: what a round costs its three parties, beside MPyC's own statistics, and how that grows."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bench import Bench
from benchmarks.client import Unexpected
from benchmarks.lines import Line
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.mpc.layout import Entry
from skyddsnat.policy.benchmark.planning import size_key
from skyddsnat.protocols.benchmark.spec import Item
from tests.mpc.parties import Result, Round, free_addresses
from tests.mpc.parties import run as play
from tests.mpc.plain import plainly
from tests.mpc.rounds import amount, code, specification

METRICS, MEMBERS, CROWD = 200, 5, 100
REPEATS = 3
SAMPLE = 50
"""Metrics that the peer computes; it takes them one after another, so its cost is in proportion."""

HOW = (
    "three workers over TLS on loopback, one round each: hand-ins opened, input proofs, counts, disclosure tests, all that the "
    "ladder opens or tells; grids and coarsening of the catalogue, with amounts of additive metrics; every result equal to the "
    "plain one; CPU from the first word between the parties to the last share, without the start of the processes"
)


def run(bench: Bench) -> Iterator[Line]:
    """The promised sizes first, then growth."""
    ours = yield from _promised(bench)
    yield _peer(bench, ours)
    yield from _growth(bench)
    yield _crowd(bench)


def _promised(bench: Bench) -> Iterator[Line]:
    bench.tell(f"{METRICS} metrics of {MEMBERS} members, {REPEATS} rounds")
    results = [_round(METRICS, MEMBERS, number) for number in range(REPEATS)]
    used = median(_cpu(result) for result in results)
    yield Line(
        bench="benchmarking",
        name="000-promised",
        what=f"{METRICS} metrics of {MEMBERS} members with proofs: CPU seconds of the three parties together",
        ratio=used,
        most=2,
        how=f"{HOW}; median of {REPEATS}",
        figures=_figures(results[0]),
    )
    bench.tell("the same on grids of 500 codes")
    fine = _play([code(f"FINE-{number}", 499) for number in range(METRICS)], MEMBERS, 0)
    yield Line(
        bench="benchmarking",
        name="001-fine-grid",
        what=f"{METRICS} metrics of {MEMBERS} members on grids of 500 codes: CPU seconds of the three parties together",
        ratio=_cpu(fine),
        most=2,
        how="as above, but no grid of the catalogue: pairs are compared",
        figures=_figures(fine),
    )
    return used


def _peer(bench: Bench, ours: float) -> Line:
    bench.tell(f"MPyC's own statistics, one metric at a time, {SAMPLE} metrics")
    addresses = free_addresses(3)
    script = Path("benchmarks/peers/mpyc_statistics.py").absolute()
    commands = [
        [sys.executable, str(script), str(party), str(SAMPLE), str(MEMBERS), "8", *addresses] for party in range(3)
    ]
    parties = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    try:
        said = [json.loads(party.communicate(timeout=600)[0]) for party in parties]
    finally:
        for party in parties:
            party.kill()
    theirs = sum(each["cpu_seconds"] for each in said) * METRICS / SAMPLE
    return Line(
        bench="benchmarking",
        name="002-peer",
        what=f"{METRICS} metrics of {MEMBERS} members: times less CPU than one metric at a time with MPyC's own statistics",
        ratio=theirs / ours,
        least=10,
        how=f"MPyC 0.11: median and edges of thirds, of {SAMPLE} metrics, taken to {METRICS}; without TLS, proofs, tests, ranks",
        figures={"mpyc_cpu_s": theirs, "ours_cpu_s": ours, "mpyc_wall_s": said[0]["wall_seconds"] * METRICS / SAMPLE},
    )


def _growth(bench: Bench) -> Iterator[Line]:
    for metrics, members in ((10, 5), (50, 5), (350, 5), (50, 8), (50, 12), (50, 20), (50, 40)):
        bench.tell(f"{metrics} metrics of {members} members")
        result = _round(metrics, members, 0)
        yield Line(
            bench="benchmarking",
            name=f"1{members:02}-{metrics:03}",
            what=f"{metrics} metrics of {members} members: CPU milliseconds of the three parties, a metric",
            ratio=_cpu(result) / metrics * 1000,
            figures=_figures(result),
        )


def _crowd(bench: Bench) -> Line:
    bench.tell(f"{METRICS} metrics of {CROWD} members")
    result = _round(METRICS, CROWD, 0)
    return Line(
        bench="benchmarking",
        name="200-crowd",
        what=f"{METRICS} metrics of {CROWD} members with proofs: CPU seconds of a party",
        ratio=max(each["cpu_seconds"] for each in result.facts),
        most=60,
        how=HOW,
        figures=_figures(result),
    )


def _round(metrics: int, members: int, number: int) -> Result:
    return _play(items_like_the_catalogue(metrics, members), members, number)


def items_like_the_catalogue(metrics: int, members: int) -> list[Item]:
    """Items on the catalogue's grids, coarsened as for a group of this size; the catalogue is repeated until there are enough."""
    catalogue = load_catalogue()
    known = list(catalogue.metrics.values())
    factors = catalogue.metric_words.release.coarsen
    items: list[Item] = []
    for number in range(metrics):
        metric = known[number % len(known)]
        codes = -(-metric.grid.codes // factors[metric.grid.kind][size_key(members)])
        items.append(code(f"M-{number}", codes - 1))
        if metric.additive:
            items.append(amount(f"M-{number}"))
    return items


def _play(items: Sequence[Item], members: int, number: int) -> Result:
    """A round with made-up values.  Raises Unexpected when it does not come to what it comes to in the clear."""
    dice = random.Random(number)
    spec = specification(items, members)
    entries = {
        member.id: {item.id: Entry(dice.randint(0, item.max), measured=dice.random() < 0.5) for item in items}
        for member in spec.members
    }
    made = Round(spec)
    for member, each in entries.items():
        made.hand_in(member, each)
    result = play(
        [made.job(party, limits={"connect_seconds": 120, "wall_seconds": 3600}) for party in range(3)], seconds=3600
    )
    plain = plainly(spec, entries, sorted(entries))
    if (result.opened, result.private) != (plain.opened, plain.private):
        raise Unexpected("the round did not come to what it comes to in the clear")
    return result


def _cpu(result: Result) -> float:
    return sum(float(each["cpu_seconds"]) for each in result.facts)


def _figures(result: Result) -> dict[str, Any]:
    return {
        "cpu_s_a_party": max(each["cpu_seconds"] for each in result.facts),
        "wall_s": max(each["wall_seconds"] for each in result.facts),
        "sent_mb_a_party": max(each["bytes_sent"] for each in result.facts) / 1e6,
        "messages_a_party": max(each["messages"] for each in result.facts),
        "memory_mb_a_party": max(each["max_rss"] for each in result.facts) / 1e6,
    }
