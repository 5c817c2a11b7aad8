"""What rounds have opened of a metric, for who decides on a joint total of it."""

from __future__ import annotations

from datetime import date

from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.result import released
from skyddsnat.protocols.benchmark.spec import metric_of


def quartiles_from(metric: str, first: date, last: date) -> int | None:
    """Of how many owners, at the fewest, a round has opened quartiles of the metric for days of this time; None for none.

    0 where one has opened its total: two totals of one time could be subtracted from each other.
    """
    found: list[int] = []
    for round_ in Round.objects.filter(first_day__lte=last, last_day__gte=first).exclude(release=""):
        opened = released(round_)
        for name, item in opened.items.items() if opened else ():
            if metric_of(name) == metric and ("q1" in item.points or item.total is not None):
                found.append(item.groups if item.total is None else 0)
    return min(found, default=None)
