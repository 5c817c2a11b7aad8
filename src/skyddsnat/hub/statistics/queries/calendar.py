"""The collection calendar: which figures are wanted of a member, until when, and which have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Max, Q, QuerySet
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency, Metric
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.models import Figure, Series
from skyddsnat.policy.statistics.collecting import due
from skyddsnat.policy.statistics.periods import Period

LOOKS_BACK = {Frequency.MONTH: 12, Frequency.QUARTER: 8, Frequency.YEAR: 3}
"""How many periods back a figure is still asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A period's figure of one member.  revision: of what has come, 0 for nothing."""

    metric: Metric
    period: Period
    due: date
    revision: int

    @property
    def is_missing(self) -> bool:
        """Whether nothing has come."""
        return self.revision == 0


def periods_of(series: Series, *, now: datetime) -> list[Period]:
    """The periods of a series that are over and still asked for, oldest first."""
    metric = load_catalogue().metrics[series.pk]
    last = Period.holding(timezone.localdate(now), metric.frequency).previous
    first = max(Period.read(series.first_period), last.shifted(1 - LOOKS_BACK[metric.frequency]))
    return first.until(last)


def wanted_of(member_id: str, *, now: datetime) -> list[Wanted]:
    """What is collected of a member, newest period first: of every open series, as machines ask for it."""
    found = [one for series in Series.objects.filter(closed_at=None) for one in of_series(series, member_id, now=now)]
    return sorted(found, key=lambda one: (one.due, one.metric.id), reverse=True)


def missing_of(member_id: str, *, now: datetime) -> Iterator[Wanted]:
    """What a member has not handed in of what it takes part in: the oldest of each series."""
    for series in _own(member=member_id):
        yield from [one for one in of_series(series, member_id, now=now) if one.is_missing][:1]


def calendar_of(member_id: str, *, now: datetime) -> list[Wanted]:
    """What a member has still to hand in of what it takes part in, soonest first: the missing ones and the period under way."""
    found = []
    for series in _own(member=member_id):
        rows = of_series(series, member_id, now=now)
        metric = load_catalogue().metrics[series.pk]
        under_way = max(Period.holding(timezone.localdate(now), metric.frequency), Period.read(series.first_period))
        found += [one for one in rows if one.is_missing]
        found.append(Wanted(metric, under_way, due(under_way), 0))
    return sorted(found, key=lambda one: (one.due, one.metric.id))


def _own_series() -> QuerySet[Series]:
    """Open series that a member has agreed to be in, or has begun to hand in to."""
    member = Slot("member", CharField())
    agreed = Q(agreements__member_id=member, agreements__ended_at=None)
    return Series.objects.filter(agreed | Q(figures__member_id=member), closed_at=None).distinct()


_own = Prepared(_own_series)


def of_series(series: Series, member_id: str, *, now: datetime) -> list[Wanted]:
    """One series' periods for one member, oldest first."""
    metric = load_catalogue().metrics[series.pk]
    revisions = dict(_revisions(series=series.pk, member=member_id))
    return [
        Wanted(metric, period, due(period), revisions.get(str(period)) or 0) for period in periods_of(series, now=now)
    ]


_revisions = Prepared(
    lambda: (
        Figure.objects.filter(series_id=Slot("series", CharField()), member_id=Slot("member", CharField()))
        .annotate(newest=Max("revisions__number"))
        .order_by()
        .values_list("period", "newest")
    )
)
