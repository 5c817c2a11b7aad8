"""What an unchanged poll and a packed page cost, beside a page composed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.bench import DATABASES, Bench
from benchmarks.client import Taxii, Unexpected
from benchmarks.hub import Served
from benchmarks.lines import Line
from benchmarks.measure import Took, middle, timed

OBJECTS, PAGE, DEFAULT = 10_000, 1_000, 5_000
ROUNDS, ASKS = 7, 20
"""Rounds in turns, and requests in each: one alone is over before the processor's clock has ticked."""


def run(bench: Bench) -> Iterator[Line]:
    """Both databases.  Processor time of the servers decides: the client's own work is the same for all."""
    for database in DATABASES:
        hub = bench.hub("packed", database)
        hub.fill("publish", OBJECTS)
        bench.tell(f"unchanged polls and packed pages on {database}")
        with hub.served(workers=1) as served:
            reader = served.reader("verified")
            yield from _lines(served, reader)
            reader.close()


def _lines(served: Served, reader: Taxii) -> Iterator[Line]:
    status, headers, plain = reader.ask(f"?limit={PAGE}")
    _, _, packed = reader.ask(f"?limit={PAGE}", Accept_Encoding="gzip")
    etag, database = headers["etag"], served.hub.database
    took = _in_turns(
        served,
        {
            "page": lambda: _expect(reader, 200, f"?limit={PAGE}"),
            "default_page": lambda: _expect(reader, 200, f"?limit={DEFAULT}"),
            "packed": lambda: _expect(reader, 200, f"?limit={PAGE}", Accept_Encoding="gzip"),
            "unchanged": lambda: _expect(reader, 304, f"?limit={PAGE}", If_None_Match=etag),
        },
    )
    figures = {f"{name}_cpu_ms": one.cpu / ASKS * 1000 for name, one in took.items()}
    figures |= {f"{name}_ms": one.wall / ASKS * 1000 for name, one in took.items()}
    yield Line(
        bench="packed",
        name=f"unchanged-{database}",
        what=f"an unchanged poll on {database}: times cheaper than the default page of {DEFAULT} objects",
        ratio=took["default_page"].cpu / took["unchanged"].cpu,
        least=10,
        how=f"server's processor time, {ASKS} requests in turns, median of {ROUNDS}; status {status}",
        figures=figures | {f"times_cheaper_than_a_page_of_{PAGE}": took["page"].cpu / took["unchanged"].cpu},
    )
    yield Line(
        bench="packed",
        name=f"gzip-{database}",
        what=f"a packed page of {PAGE} on {database}: its cost to that of composing it twice",
        ratio=took["packed"].cpu / (2 * took["page"].cpu),
        most=1,
        how="gzip level 1, packed for each reader",
        figures=figures | {"plain_kb": len(plain) / 1000, "packed_kb": len(packed) / 1000},
    )


def _in_turns(served: Served, acts: dict[str, Callable[[], None]]) -> dict[str, Took]:
    takes: dict[str, list[Took]] = {name: [] for name in acts}
    for number in range(ROUNDS + 1):
        for name, act in acts.items():
            took = timed(lambda act=act: [act() for _ in range(ASKS)], pids=served.pids)
            if number:
                takes[name].append(took)
    return {name: middle(found) for name, found in takes.items()}


def _expect(reader: Taxii, status: int, query: str, **headers: str) -> None:
    found, _, _ = reader.ask(query, **headers)
    if found != status:
        raise Unexpected(f"a page was answered with {found}, expected {status}")
