"""TAXII beside medallion and OpenTAXII: the whole collection polled, and reports handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from benchmarks.bench import DATABASES, Bench
from benchmarks.client import Taxii
from benchmarks.hub import Served
from benchmarks.lines import Line
from benchmarks.measure import Took, middle, timed
from benchmarks.objects import indicators, published
from benchmarks.peers import Peer
from benchmarks.peers.medallion import Medallion, medallion
from benchmarks.peers.opentaxii import OpenTaxii, opentaxii

PAGE, POST = 1_000, 500
SMALL, LARGE, REPORTS = 1_000, 10_000, 1_000
ROUNDS = 3
OUR_POLLS = 5
"""Polls of ours in one round: a single one is over before the clock of the processor has ticked."""


def run(bench: Bench) -> Iterator[Line]:
    """Poll against each, ingest against OpenTAXII; ours on both databases."""
    for database in DATABASES:
        small, large = bench.hub("small", database), bench.hub("large", database)
        small.fill("publish", SMALL)
        large.fill("publish", LARGE)
        with small.served(workers=1) as ours, medallion(bench, page=PAGE) as theirs:
            bench.tell(f"polling {SMALL} objects, ours on {database}, beside medallion")
            yield _poll(ours, theirs, SMALL, least=100)
        with large.served(workers=1) as ours, opentaxii(bench) as other:
            bench.tell(f"polling {LARGE} objects, ours on {database}, beside OpenTAXII")
            yield _poll(ours, other, LARGE, least=10)
            bench.tell(f"handing in {REPORTS} reports a round, ours on {database}, beside OpenTAXII")
            yield _ingest(ours, other)


def _poll(ours: Served, theirs: Medallion | OpenTaxii, size: int, *, least: float) -> Line:
    here, things = ours.reader("verified"), published(ours.hub.facts["template"], size)
    if isinstance(theirs, Medallion):
        there = theirs.reader()
        there.post(list(things), batch=POST)
    else:
        there = theirs.reader("feed")
        theirs.load("feed", things)
    found = here.poll(limit=PAGE), there.poll(limit=PAGE)
    if found != (size, size):
        raise AssertionError(f"{found} objects were polled, expected {size} from each")
    here_took, there_took = _in_turns(
        lambda: [here.poll(limit=PAGE) for _ in range(OUR_POLLS)], lambda: there.poll(limit=PAGE), ours, theirs
    )
    here.close()
    there.close()
    more = _with_token(theirs, size) if isinstance(theirs, OpenTaxii) else {}
    mine = Took(here_took.wall / OUR_POLLS, here_took.cpu / OUR_POLLS)
    return _line("poll", "a full poll", ours, theirs, mine, there_took, size, least=least, **more)


def _with_token(theirs: OpenTaxii, size: int) -> dict[str, float]:
    """How fast it is for a client that uses its own signed tokens, which spare it a password's slow hash at each page."""
    there = theirs.reader("feed", token=True)
    took = middle([timed(lambda: there.poll(limit=PAGE), pids=theirs.pids) for _ in range(ROUNDS)])
    there.close()
    return {"theirs_with_own_token_objects_per_s": size / took.wall}


def _ingest(ours: Served, theirs: OpenTaxii) -> Line:
    """Ours with guards, access, review queue and audit; theirs parses each object and stores it."""
    here, there = ours.reader("inbox"), theirs.reader("inbox")
    starts = count(start=10_000_000, step=REPORTS)

    def hand_in(reader: Taxii) -> Callable[[], object]:
        def act() -> None:
            reader.post(indicators(REPORTS, start=next(starts)), batch=POST)

        return act

    here_took, there_took = _in_turns(hand_in(here), hand_in(there), ours, theirs)
    here.close()
    there.close()
    return _line("ingest", "handing in reports", ours, theirs, here_took, there_took, REPORTS, least=5)


def _in_turns(
    ours_acts: Callable[[], object], theirs_acts: Callable[[], object], ours: Served, theirs: Peer
) -> tuple[Took, Took]:
    """One after the other, some rounds: what slows the machine for a moment then slows both."""
    here, there = [], []
    for _ in range(ROUNDS):
        here.append(timed(ours_acts, pids=ours.pids))
        there.append(timed(theirs_acts, pids=theirs.pids))
    return middle(here), middle(there)


def _line(
    name: str,
    act: str,
    ours: Served,
    theirs: Peer,
    here: Took,
    there: Took,
    size: int,
    *,
    least: float,
    **more: float,
) -> Line:
    database = ours.hub.database
    return Line(
        bench="taxii",
        name=f"{name}-{theirs.name.split()[0].lower()}-{database}",
        what=f"{act}, {size} objects: times as fast as {theirs.name} (ours on {database})",
        ratio=there.wall / here.wall,
        least=least,
        how=f"{theirs.name}: {theirs.how}. Ours: granian, one worker, {database}. "
        f"One client in turns, pages of {PAGE}, POSTs of {POST}, median of {ROUNDS}.",
        figures={
            "ours_objects_per_s": size / here.wall,
            "theirs_objects_per_s": size / there.wall,
            "ours_cpu_ms_per_1000": here.cpu / size * 1e6,
            "theirs_cpu_ms_per_1000": there.cpu / size * 1e6,
            "ratio_of_cpu": there.cpu / max(here.cpu, 1e-9),
            **more,
        },
    )
