"""A year of joint statistics: what the five operators' resolvers and stop pages counted, month by month.

Blocked queries are counted by all five, so there is a joint figure.  Blocked lookups need clients in the log, which two of the
five resolvers do not write: that series waits, as it would in the world.  The fixed-panel index needs names in the log, which
Gamma's counters do not hold; an index cannot be added up, so each of the other four sees its own and there is no joint one.
The last month is left for the agents to count.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from operator import sub
from uuid import UUID

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.demo.sites.networks import SUBSCRIPTIONS
from skyddsnat.demo.world.comparing import LEADS
from skyddsnat.demo.world.organisations import OPERATORS
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.models import Series
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import EventKind, Observed, Share, band_of
from skyddsnat.protocols.statistics import Figure, ListContext

MONTHS = 14
QUERIES, LOOKUPS, VIEWS, INDEX = "MET-BLK-10", "MET-BLK-09", "MET-STP-02", "MET-BLK-08"
WITH_CLIENTS = ("alfa", "beta", "epsilon")
"""Operators whose resolvers say who asked, without which a lookup cannot be told from its repeats."""

WITH_NAMES = ("alfa", "beta", "delta", "epsilon")
"""Operators whose resolvers say which name was stopped, without which no panel of entries can be followed."""

A_QUERY_EACH = 0.21
SHARES = {QUERIES: 1.0, LOOKUPS: 0.43, VIEWS: 0.011}
"""Of the blocked queries."""
SPRING = range(3, 7)
ROBOT_MONTH, ROBOT_TIMES = 5, 9
"""Months back, and how many times too much: a faulty device at one operator that a whole month asked for the same name."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Something that explains a step.  ago: months."""

    ago: int
    kind: EventKind
    sv: str
    en: str


EVENTS = (
    Marked(
        10,
        EventKind.LIST_SOURCE,
        "Hotlinens lista läggs till polisens.",
        "The hotline's list is added to that of the police.",
    ),
    Marked(
        7,
        EventKind.OUTAGE,
        "Agenten hos en medlem stod still i två dygn.",
        "A member's agent stood still for two days.",
    ),
)


def count_a_year(people: Mapping[str, Person], *, now: datetime, share: float = 1) -> None:
    """Open the series, hand the months in, and release those that all have handed in.

    share: how many of the months, the newest of them and one at least.
    """
    last = Period.holding(now.date(), Frequency.MONTH).shifted(-2)
    months = last.shifted(1 - max(1, round(MONTHS * share))).until(last)
    for metric in (QUERIES, VIEWS):
        series = _opened(people, metric, months[0], now=now)
        for month in months:
            for member in OPERATORS:
                services.hand_in(people[LEADS[member]], figure_of(member, metric, month, last=last), now=now)
            services.release(people["karin"], series, month, now=now)
    _opened(people, LOOKUPS, months[0], now=now, members=WITH_CLIENTS)
    for month in months:
        for member in WITH_CLIENTS:
            services.hand_in(people[LEADS[member]], figure_of(member, LOOKUPS, month, last=last), now=now)
    _follow_panels(people, last, now=now)
    for one in EVENTS:
        day = last.shifted(-one.ago).first_day + timedelta(days=9)
        services.add_event(people["karin"], None, one.kind, day, note_sv=one.sv, note_en=one.en, now=now)


def _opened(
    people: Mapping[str, Person], metric: str, first: Period, *, now: datetime, members: tuple[str, ...] = OPERATORS
) -> Series:
    series = services.open_series(people["karin"], metric, first, is_public=metric != LOOKUPS, now=now)
    services.approve(people["lars"], series, now=now)
    for member in members:
        services.agree(people[LEADS[member]], series, now=now)
    if members == OPERATORS:
        services.make_panel(people["karin"], series, first, now=now)
    return series


def _follow_panels(people: Mapping[str, Person], last: Period, *, now: datetime) -> None:
    """The index of the last month's year, from its base month on."""
    base = Period(last.year, 1, Frequency.MONTH)
    services.open_series(people["karin"], INDEX, base, is_public=False, now=now)
    for member in WITH_NAMES:
        for month, index in zip(base.until(last), indexes_of(member, base.until(last)), strict=True):
            services.hand_in(people[LEADS[member]], _figure(member, INDEX, month, value=index, entries=90), now=now)


def indexes_of(member: str, months: Sequence[Period]) -> list[int]:
    """100, and then less: what is listed is asked for less and less, faster where the season helps; never the same twice."""
    chance = random.Random(f"{member} {INDEX} {months[0]}")  # noqa: S311  invented figures
    falls = (chance.randint(1, 6) + (month.number in SPRING) for month in months[1:])
    return list(accumulate(falls, sub, initial=100))


def figure_of(member: str, metric: str, month: Period, *, last: Period) -> Figure:
    """One operator's invented figure: its size, the season, a slow rise as the list grows, and chance."""
    chance = random.Random(f"{member} {metric} {month}")  # noqa: S311  invented figures
    back = len(month.until(last)) - 1
    season = 1 + 0.16 * math.cos((month.number - 1) / 12 * 2 * math.pi)  # winter evenings are long
    size = SUBSCRIPTIONS[member] * A_QUERY_EACH * SHARES[metric] * season * (1 + 0.02 * (MONTHS - back))
    if metric == QUERIES and member == "alfa" and back == ROBOT_MONTH:
        size *= ROBOT_TIMES
    value = round(size * chance.uniform(0.9, 1.1) / 10) * 10
    return _figure(member, metric, month, value=value, entries=90 + 3 * (MONTHS - back))


def _figure(member: str, metric: str, month: Period, *, value: int, entries: int) -> Figure:
    """As an agent hands it in.  entries: listed, on average."""
    known = load_catalogue().metrics[metric]
    chance = random.Random(f"{member} {metric} {month} {value}")  # noqa: S311  invented figures
    return Figure(
        key=UUID(int=chance.getrandbits(128), version=4),
        metric=metric,
        period=month,
        value=value,
        decimals=known.value.decimals,
        unit=known.unit,
        published=False,
        method="1",
        gaps=frozenset(),
        listed=ListContext(
            version=f"{chance.getrandbits(48):012x}",
            versions=20 + chance.randrange(12),
            entries_mean=entries,
            resolvers=Share.ALL,
            subscriptions_from=band_of(SUBSCRIPTIONS[member]),
            block_ttl=60,
            observed=Observed.NONE,
        ),
        corrects=None,
    )
