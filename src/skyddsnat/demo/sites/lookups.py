"""Invented hits in each resolver's own words: what its log of the last month would hold had customers asked.

Clients are of documentation ranges (RFC 5737, 3849).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.demo.sites.rhythm import HOURS, WEEKDAYS
from skyddsnat.policy.statistics.periods import Period

TYPES = (("A",), ("A", "AAAA"), ("A", "AAAA", "HTTPS"))
"""What a client asks for one page, all within the same second."""

type Write = Callable[[str, str, str, str], str]
"""A line of a second (`2026-11-01T00:00:00`, UTC), a client, a name and what was asked for."""


def _unbound(at: str, client: str, name: str, kind: str) -> str:
    applied = f"rpz: applied [base] {name}. rpz-nxdomain {client}@5353 {name}. {kind} IN"
    return f"{at}.000+00:00 unbound[7:0] info: {applied}"


def _bind(at: str, client: str, name: str, kind: str) -> str:
    policy = f"rpz QNAME NXDOMAIN rewrite {name}/{kind}/IN via {name}.base.rpz.test"
    return f"{at}.000Z rpz: info: client @0x7f0000000000 {client}#5353 ({name}): {policy}"


def _kresd(at: str, _client: str, name: str, kind: str) -> str:
    return f"{at}.000000+0000 resolver kresd[7]: [policy][7.00]  DENY_MSG applied for {name}. {kind}"


WRITERS: dict[ResolverKind, Write] = {
    ResolverKind.UNBOUND: _unbound,
    ResolverKind.BIND: _bind,
    ResolverKind.KNOT_RESOLVER: _kresd,
}
"""Kinds that write a line for a hit."""


def write_month(path: Path, kind: ResolverKind, names: Sequence[str], month: Period, *, hits: int, seed: str) -> None:
    """Write about so many lines, in the order of time, unless the file is there already."""
    if path.exists():
        return
    chance, write = random.Random(f"{seed} {month}"), WRITERS[kind]  # noqa: S311  invented look-ups
    part = path.with_suffix(".part")
    with part.open("w", encoding="ascii") as log:
        for at in _moments(month, hits // 2, chance):
            name, client = f"www.{chance.choice(names)}", _client(chance)
            log.writelines(write(at, client, name, each) + "\n" for each in chance.choice(TYPES))
    part.replace(path)


def _moments(month: Period, visits: int, chance: random.Random) -> Iterator[str]:
    days = [month.first_day + timedelta(days=number) for number in range((month.last_day - month.first_day).days + 1)]
    whole = sum(WEEKDAYS[day.weekday()] for day in days)
    for day in days:
        many = round(visits * WEEKDAYS[day.weekday()] / whole)
        hours = chance.choices(range(24), HOURS, k=many)
        seconds = sorted(hour * 3600 + int(3600 * chance.random()) for hour in hours)
        yield from (f"{day}T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in seconds)


def _client(chance: random.Random) -> str:
    number = int(2000 * chance.random())
    if number % 3 == 0:
        return f"2001:db8::{number:x}"
    return f"{'198.51.100' if number % 2 else '203.0.113'}.{number % 250 + 1}"
