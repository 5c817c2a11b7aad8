"""A million objects: whether a page costs the same at its first, its middle and its last position."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.bench import DATABASES, Bench
from benchmarks.client import Taxii, Unexpected
from benchmarks.hub import Hub
from benchmarks.lines import Line
from benchmarks.measure import Took, memory_mb, timed
from skyddsnat.protocols.taxii import write_cursor

OBJECTS, PAGE, ROUNDS = 1_000_000, 1_000, 21
STEP = 1_000
"""Microseconds between two positions."""


def run(bench: Bench) -> Iterator[Line]:
    """Both databases."""
    for database in DATABASES:
        hub = bench.hub("million", database)
        bench.tell(f"loading {OBJECTS} objects into {database}")
        loaded = hub.fill("load", 0, OBJECTS)
        bench.tell(f"reading pages of a million on {database}")
        yield _pages(hub, loaded["first"])


def _pages(hub: Hub, first: int) -> Line:
    with hub.served(workers=1) as served:
        reader = served.reader("verified")
        starts = {
            "first": first - STEP,
            "middle": first + STEP * (OBJECTS // 2),
            "last": first + STEP * (OBJECTS - PAGE - 1),
        }
        takes: dict[str, list[Took]] = {name: [] for name in starts}
        for number in range(ROUNDS + 1):
            for name, after in starts.items():
                took = timed(lambda after=after: _page(reader, after), pids=served.pids)
                if number:  # the first round warms up
                    takes[name].append(took)
        reader.close()
        wall = {name: median(one.wall for one in found) for name, found in takes.items()}
        return Line(
            bench="million",
            name=hub.database,
            what=f"a million objects on {hub.database}: the slowest of first, middle and last page to the fastest",
            ratio=max(wall.values()) / min(wall.values()),
            most=1.5,
            how=f"pages of {PAGE}, in turns, median of {ROUNDS}; granian, one worker",
            figures={
                **{f"{name}_page_ms": seconds * 1000 for name, seconds in wall.items()},
                "memory_mb_of_the_hub": memory_mb([served.pid]),
                "memory_mb_of_the_database": memory_mb(hub.pids),
                "database_mb": hub.fill("size")["mb"],
            },
        )


def _page(reader: Taxii, after: int) -> None:
    status, headers, body = reader.ask(f"?limit={PAGE}&next={write_cursor(after)}")
    if status != 200 or body.count(b'"type":"indicator"') != PAGE:
        raise Unexpected(f"a page was answered with {status} and {len(body)} bytes, expected {PAGE} objects: {headers}")
