"""One run over all logs: what is new is counted, what is counted for good stays.

The unit is a whole day in UTC, all resolvers together, since a client that asks two resolvers within five minutes counts once.
A day that is not over is counted anew in each run.  So a run may be repeated, stopped and lost, and a log may be renamed,
compressed or copied: nothing counts twice.  A day whose logs have partly gone keeps the figures that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from skyddsnat.agent.counting import counters, panel
from skyddsnat.agent.counting.collect import Collected, Collector, Rules, Seen, Tally
from skyddsnat.agent.counting.engine import Engine
from skyddsnat.agent.counting.listed import ListsOfDays
from skyddsnat.agent.counting.settings import LogConfig
from skyddsnat.agent.counting.store import CountedDay, CountStore, KeptReading, ResolverDay, day_date, day_number
from skyddsnat.agent.counting.times import DAY
from skyddsnat.agent.counting.tokens import Tokens
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.resolvers.kinds import ResolverKind

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from skyddsnat.agent.config import Config
    from skyddsnat.agent.state.lists import ListState

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Check:
    """A resolver's own counter beside what its log said, since the counter was asked last."""

    resolver: str
    log: int
    counter: int

    @property
    def ok(self) -> bool:
        """Within ten, or two in a hundred: log and counter are not asked in the same instant."""
        return abs(self.log - self.counter) <= max(10, 0.02 * self.counter)


@dataclass(slots=True)
class Outcome:
    """How a run ended.  kept: days whose logs have partly gone, with the figures that they had."""

    days: list[CountedDay]
    collected: Collected
    settled: date
    kept: list[date] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def unparsed(self) -> int:
        """Of the days that this run counted."""
        return sum(one.unparsed for day in self.days for one in day.resolvers)

    @property
    def ok(self) -> bool:
        """Nothing for a person to look at."""
        found = self.collected
        return not (
            self.unparsed or found.undated or found.problems or self.kept or not all(one.ok for one in self.checks)
        )


def count(
    config: Config,
    lists: ListState,
    store: CountStore,
    *,
    now: datetime,
    look: Callable[[int, int], None],
    again_from: date | None = None,
    tokens: Tokens | None = None,
) -> Outcome:
    """Count what is new.  again_from: also what was counted for good, from this day on.

    look: called now and then with octets read and in all; raises collect.Stopped to end the run, of which nothing is kept then.
    """
    logs = config.count.logs
    if not logs:
        raise WrongUse("no [[count.log]] in agent.toml, expected one for each resolver; see docs/operator/counting.md")
    horizon, settled = store.horizon(), int((now - config.count.settle).timestamp()) // DAY - 1
    # A clock that ran ahead for one run has counted for good days that were still to come: all that lies there is read anew.
    first = None if horizon is None or horizon > settled + 1 else min(horizon, settled) + 1
    if again_from is not None:
        first = day_number(again_from) if first is None else min(first, day_number(again_from))
    before = store.readings()
    rules = Rules(
        wanted=lambda day: first is None or day >= first,
        since=BEGINNING if first is None else datetime.fromtimestamp(first * DAY, UTC),
        canaries=(config.verify.canary_domain,),
        asked={resolver: one.at for resolver, one in before.items()},
    )
    known, engine = ListsOfDays(lists, now=now), Engine()

    def take(hits: Mapping[Seen, int]) -> None:
        engine.add_hits(hits)
        if (of_days := engine.days()) is not None:
            engine.squeeze(_smaller(engine.set_listed(known.texts(*of_days))))

    try:
        collector = Collector(
            config.count, rules, folder=config.path.parent, tokens=tokens or Tokens(), take=take, look=look
        )
        collected = collector.run()
        days = _days(engine, collected, known, logs)
    finally:
        engine.close()
    outcome = Outcome(days, collected, day_date(settled))
    _keep_what_has_gone(outcome, store)
    readings, added = _ask_counters(config, outcome, before, now=now)
    outcome.days += _days_of_counters({day for day, _ in added}, outcome.days, store, known)
    store.save(outcome.days, horizon=settled, readings=readings, added=added)
    panel.keep_up(store, known, now=now)
    return outcome


@lru_cache(maxsize=4)
def _smaller(depths: tuple[int, ...]) -> Table:
    """What many hits are squeezed by, made once."""
    import ibis

    from skyddsnat.agent.counting import plan

    return plan.squeezed(ibis.table(plan.HITS, name="hits"), ibis.table(plan.LISTED, name="listed"), depths=depths)


@lru_cache(maxsize=4)
def _questions(depths: tuple[int, ...]) -> tuple[Table, Table, Table]:
    """What is asked by resolver, by day and by entry, made once: an agent that runs counts often.  depths: as `plan.covered`."""
    import ibis

    from skyddsnat.agent.counting import plan

    found = plan.mapped(ibis.table(plan.HITS, name="hits"), ibis.table(plan.LISTED, name="listed"), depths=depths)
    return plan.by_resolver(found), plan.by_day(found), plan.by_entry(found)


def _days(engine: Engine, collected: Collected, known: ListsOfDays, logs: tuple[LogConfig, ...]) -> list[CountedDay]:
    numbers = sorted({day for _, day in collected.tallies})
    if not numbers:
        return []
    depths = engine.set_listed(known.texts(numbers[0], numbers[-1]))
    by_resolver, by_day, by_entry = _questions(depths)
    resolvers = {(row["day"], row["resolver"]): row for row in engine.rows(by_resolver)}
    totals = {row["day"]: row for row in engine.rows(by_day)}
    entries: dict[int, dict[str, tuple[int, int]]] = {}
    for row in engine.rows(by_entry):
        entries.setdefault(row["day"], {})[row["entry"]] = (row["hits"], row["lookups"])
    tells_client = {log.resolver: log.tells_client for log in logs}
    return [
        CountedDay(
            day=number,
            lookups=totals.get(number, {}).get("lookups", 0),
            clients=totals.get(number, {}).get("clients", 0),
            **known.context(number),
            resolvers=tuple(
                _resolver_day(name, tally, resolvers.get((day, name), {}), tells_client=tells_client[name])
                for (name, day), tally in sorted(collected.tallies.items())
                if day == number
            ),
            entries=entries.get(number, {}),
        )
        for number in numbers
    ]


def _days_of_counters(
    told: set[int], counted: list[CountedDay], store: CountStore, known: ListsOfDays
) -> list[CountedDay]:
    """Days of which counters alone tell: what no log holds has a list and a place in the month all the same."""
    there = {one.day for one in counted}
    return [
        CountedDay(day=day, lookups=0, clients=0, **known.context(day), resolvers=(), entries={})
        for day in sorted(told - there)
        if not store.lines(day)
    ]


def _resolver_day(name: str, tally: Tally, row: Mapping[str, Any], *, tells_client: bool) -> ResolverDay:
    return ResolverDay(
        resolver=name,
        lines=tally.lines,
        hits=row.get("hits", 0),
        lookups=row.get("lookups", 0) if tells_client else None,
        elsewhere=row.get("elsewhere", 0),
        passed=tally.passed,
        canaries=tally.canaries,
        ignored=tally.ignored,
        unparsed=tally.unparsed,
        hours=len(tally.hours),
        queries=tally.queries,
    )


def _keep_what_has_gone(outcome: Outcome, store: CountStore) -> None:
    """A day of which less is left than was counted stays as it was."""
    fresh = []
    for one in outcome.days:
        left = {each.resolver: each.lines for each in one.resolvers}
        if any(left.get(resolver, 0) < lines for resolver, lines in store.lines(one.day).items()):
            outcome.kept.append(day_date(one.day))
        else:
            fresh.append(one)
    outcome.days = fresh


def _ask_counters(
    config: Config, outcome: Outcome, before: Mapping[str, KeptReading], *, now: datetime
) -> tuple[dict[str, KeptReading], dict[tuple[int, str], tuple[int, int]]]:
    """Read every resolver's counters; what they rose by since the last time, by the day in the middle of that time."""
    readings: dict[str, KeptReading] = {}
    added: dict[tuple[int, str], tuple[int, int]] = {}
    at = now.timestamp()
    for log in config.count.logs:
        if not log.counters:
            continue
        try:
            reading = counters.read(log.kind, counters.ask(log.counters), action=config.list.policy.action)
        except AgentError as error:
            outcome.collected.problems.append(f"counters of {log.resolver}: {error}")
            continue
        if reading.hits is None:
            outcome.collected.problems.append(
                f"counters of {log.resolver} were not found in what {log.counters[0]} prints"
            )
            continue
        readings[log.resolver] = KeptReading(at, reading.hits, reading.queries)
        last = before.get(log.resolver)
        if last is None:
            continue
        hits, queries = _rise(last.hits, reading.hits), _rise(last.queries, reading.queries)
        added[int((last.at + at) / 2) // DAY, log.resolver] = (
            hits if log.by_counter else 0,
            0 if log.queries else queries,
        )
        # PowerDNS brings its counters up to date late, and leaves out of this one what is answered with an address.
        if log.kind is not ResolverKind.POWERDNS and reading.hits >= (last.hits or 0):
            outcome.checks.append(Check(log.resolver, outcome.collected.recent.get(log.resolver, 0), hits))
    return readings, added


def _rise(before: int | None, now: int | None) -> int:
    """After a restart a counter begins at nothing: what it shows then is all that is known."""
    if now is None:
        return 0
    return now - before if before is not None and now >= before else now
