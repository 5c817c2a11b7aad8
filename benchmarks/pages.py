"""The pages that people have open all day, with 100,000 signals behind them: how long the server takes."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from statistics import median

from benchmarks.bench import DATABASES, Bench
from benchmarks.client import Unexpected
from benchmarks.hub import Served
from benchmarks.lines import Line
from benchmarks.measure import Took, percentile, timed

SIGNALS = 100_000
ROUNDS = 30
LIMIT = 0.100
"""Seconds that a page may take, at the 95th percentile."""

ASKED = {
    "work-analyst": ("My work of an operator's analyst", "alfa.analyst", "/"),
    "work-reviewer": ("My work of a police reviewer", "vakten.reviewer", "/"),
    "queue-police": ("the review queue of the police", "vakten.reviewer", "/signals/review/"),
    "queue-hotline": ("the review queue of the hotline", "solros.reviewer", "/signals/review/"),
    "queue-last": ("the last page of the police's queue", "vakten.reviewer", "/signals/review/?page=9999"),
    "list": ("the signals list", "alfa.analyst", "/signals/"),
    "list-reviewer": ("the signals list of a police reviewer", "vakten.reviewer", "/signals/"),
    "list-last": ("the last page of the signals list", "alfa.analyst", "/signals/?page=9999"),
    "list-state": ("the list, filtered by state", "alfa.analyst", "/signals/?state=verified"),
    "list-type": ("the list, filtered by type and ceiling", "alfa.analyst", "/signals/?type=url&ceiling=block"),
    "list-own": ("the list of what we reported", "alfa.analyst", "/signals/?own=on"),
    "list-expiry": ("the list by expiry", "alfa.analyst", "/signals/?sort=expiry"),
    "feedback": ("the open feedback", "vakten.reviewer", "/signals/feedback/"),
}


def run(bench: Bench) -> Iterator[Line]:
    """Each page on both databases; one reader at a time, so that a page's time is the server's."""
    for database in DATABASES:
        hub = bench.hub("pages", database)
        bench.tell(f"making {SIGNALS} signals on {database}")
        hub.fill("signals", SIGNALS)
        with hub.served() as served:
            for name, (words, who, path) in ASKED.items():
                bench.tell(f"{words} on {database}")
                yield _line(name, words, served, _takes(served, who, path))


def _takes(served: Served, who: str, path: str) -> list[Took]:
    """The same page again and again, after one that warms up."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)
    cookie = {"Cookie": f"sessionid={served.hub.facts['sessions'][who]}", "Accept-Language": "sv"}

    def ask() -> None:
        connection.request("GET", path, headers=cookie)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b"<h1" not in body:
            raise Unexpected(f"{path} was answered with {answer.status}, expected a page for {who}")

    ask()
    takes: list[Took] = []
    for _ in range(ROUNDS):
        takes.append(timed(ask, pids=served.pids))
        if sum(one.wall for one in takes) > 20:  # slow enough to be known as slow
            break
    connection.close()
    return takes


def _line(name: str, words: str, served: Served, takes: list[Took]) -> Line:
    slow = percentile([one.wall for one in takes], 0.95)
    return Line(
        bench="pages",
        name=f"{name}-{served.hub.database}",
        what=f"{words}, {SIGNALS} signals on {served.hub.database}: p95 as a share of {LIMIT * 1000:g} ms",
        ratio=slow / LIMIT,
        most=1,
        how=f"granian with two workers, one reader at a time, {len(takes)} rounds",
        figures={
            "p95_ms": slow * 1000,
            "median_ms": median(one.wall for one in takes) * 1000,
            "cpu_ms": sum(one.cpu for one in takes) / len(takes) * 1000,
        },
    )
