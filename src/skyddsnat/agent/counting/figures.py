"""A month's figures: summed, suppressed and rounded, with what they are worth.

METHOD names the way of counting.  A change of it breaks the series and gets a new number and a line in
docs/operator/counting.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from skyddsnat.agent.counting.settings import CountConfig
from skyddsnat.agent.counting.store import CountedDay, CountStore, day_number
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Gap, Observed, Share

METHOD: Final = "1"
FEWEST: Final = 20
"""A smaller count is not told."""
STEP: Final = 10
TOO_FEW: Final = "fewer than twenty: such a small count is not told"


def disclosed(number: int | None) -> int | None:
    """A count as it may leave: None below twenty, else rounded to ten (half to even, so that sums do not drift)."""
    if number is None or number < FEWEST:
        return None
    return round(number / STEP) * STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCounts:
    """All of a period, exact, for this machine alone.  queries, lookups: None where no log tells them.

    read: marked lines that were read; the parts of them that were left out stand beside.  resolver_days: with a line, of all.
    observed: for how much of the period nothing was stopped, None if that is not known.
    """

    days: int
    days_of: int
    hits: int
    lookups: int | None
    clients: int | None
    entries: int
    queries: int | None
    read: int
    elsewhere: int
    passed: int
    canaries: int
    ignored: int
    unparsed: int
    resolver_days: int
    resolver_days_of: int
    resolvers: Share | None
    version: str
    versions: int
    entries_mean: int
    gaps: frozenset[Gap]
    observed: Observed | None = None


def month_counts(
    store: CountStore, config: CountConfig, period: Period, *, resolvers: int, observed: Observed | None = None
) -> MonthCounts:
    """What was counted in a period.  resolvers: how many this operator has; observed: what its looks say of the period."""
    first, last = day_number(period.first_day), day_number(period.last_day)
    days = store.days(first, last)
    counters = store.counters(first, last)
    by_counter = {log.resolver for log in config.logs if log.by_counter}
    lines = [one for day in days for one in day.resolvers]
    with_client = [log for log in config.logs if log.tells_client]
    from_logs = [one.queries for one in lines if one.queries is not None]
    from_counters = [queries for _, queries in counters.values() if queries]
    seen = {(day.day, one.resolver) for day in days for one in day.resolvers if one.lines}
    counted = {resolver for _, resolver in seen} | {name for name in by_counter if name in counters}
    days_of = last - first + 1
    by_log = [log for log in config.logs if not log.by_counter]
    versions = [version for day in days for version in reversed(day.versions)]
    whole = sum(1 for day in days if day.version)
    return MonthCounts(
        days=len(days),
        days_of=days_of,
        hits=sum(one.hits for one in lines) + sum(counters[name][0] for name in by_counter if name in counters),
        lookups=sum(day.lookups for day in days) if with_client else None,
        clients=sum(day.clients for day in days) if with_client else None,
        entries=store.entries_hit(first, last),
        queries=sum(from_logs) + sum(from_counters) if from_logs or from_counters else None,
        read=sum(one.lines for one in lines),
        elsewhere=sum(one.elsewhere for one in lines),
        passed=sum(one.passed for one in lines),
        canaries=sum(one.canaries for one in lines),
        ignored=sum(one.ignored for one in lines),
        unparsed=sum(one.unparsed for one in lines),
        resolver_days=len(seen),
        resolver_days_of=days_of * len(by_log),
        resolvers=_share(len(counted), resolvers),
        version=versions[-1] if versions else "",
        versions=len(set(versions)),
        entries_mean=round(sum(day.size for day in days if day.version) / whole) if whole else 0,
        gaps=frozenset(_gaps(days, config, seen, days_of=days_of, resolvers=resolvers, counted=counted)),
        observed=observed,
    )


def _gaps(
    days: list[CountedDay],
    config: CountConfig,
    seen: set[tuple[int, str]],
    *,
    days_of: int,
    resolvers: int,
    counted: set[str],
) -> Iterable[Gap]:
    by_log = [log for log in config.logs if not log.by_counter]
    if len(seen) < days_of * len(by_log) or len(days) < days_of:
        yield Gap.DAYS_MISSING
    if any(one.unparsed for day in days for one in day.resolvers):
        yield Gap.LINES_UNREAD
    if len(counted) < resolvers:
        yield Gap.RESOLVERS_MISSING
    if not all(log.tells_client for log in config.logs):
        yield Gap.NO_CLIENTS


def _share(part: int, whole: int) -> Share | None:
    if not part or not whole:
        return None
    if part >= whole:
        return Share.ALL
    return Share.MOST if 2 * part >= whole else Share.SOME
