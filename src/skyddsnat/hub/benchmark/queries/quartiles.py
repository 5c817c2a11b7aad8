"""What rounds open of a metric, for who decides on a joint total of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from skyddsnat.hub.benchmark.models import Round, Statement
from skyddsnat.hub.benchmark.queries.result import released
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.protocols.benchmark import canonical
from skyddsnat.protocols.benchmark.spec import metric_of
from skyddsnat.protocols.benchmark.statement import Kind

if TYPE_CHECKING:
    from django.db.models import QuerySet

TELLING: Final = frozenset({"q1", "sum"})
"""Of what a round opens: what must not stand beside a joint total."""


def quartiles_from(metric: str, first: date, last: date) -> int | None:
    """Of how many owners, at the fewest, a round has opened quartiles of the metric for days of this time; None for none.

    0 where one has opened its total: two totals of one time could be subtracted from each other.  0 also for a round that was
    stopped with shares of either in its transcript: two parties' shares are the result.
    """
    return min(_found(metric, first, last), default=None)


def total_under_way(metric: str, first: date, last: date) -> bool:
    """Whether a round that has not ended asks for a total of the metric for days of this time."""
    rows = _rounds(first, last).filter(release="", abort="").exclude(spec="")
    return any(
        item.kind is ItemKind.AMOUNT and metric_of(item.id) == metric
        for round_ in rows
        for item in round_.specification.items
    )


def _rounds(first: date, last: date) -> QuerySet[Round]:
    rows: QuerySet[Round] = Round.objects.filter(first_day__lte=last, last_day__gte=first)
    return rows


def _found(metric: str, first: date, last: date) -> Iterator[int]:
    for round_ in _rounds(first, last).exclude(release=""):
        opened = released(round_)
        for name, item in opened.items.items() if opened else ():
            if metric_of(name) == metric and ("q1" in item.points or item.total is not None):
                yield item.groups if item.total is None else 0
    stopped = _rounds(first, last).filter(release="").exclude(abort="")
    for said in Statement.objects.filter(round__in=stopped, kind=Kind.OUTPUT.value):
        opened_names = canonical.loads(said.text.encode())["statement"]["body"]["opened"]
        pairs = (name.rpartition("/") for name in opened_names)
        if any(metric_of(item) == metric and what in TELLING for item, _, what in pairs):
            yield 0
