"""The list of series: where the joint figure stands, and what of the own member's is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.statistics import lines
from skyddsnat.hub.statistics.models import Series
from skyddsnat.hub.statistics.queries.calendar import of_series
from skyddsnat.hub.statistics.queries.picture import joint_of
from skyddsnat.hub.statistics.queries.released import released
from skyddsnat.hub.statistics.queries.standing import standing_of

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series.  joint, joint_period: its newest joint figure in words, "" where there is none.

    agreed, needed: owners that have agreed, and how many it takes.  takes_part: whether the person's member has agreed.
    missing: periods that have not come from it.
    """

    series: Series
    metric: Metric
    joint: str
    joint_period: str
    is_index: bool
    agreed: int
    needed: int
    takes_part: bool
    missing: tuple[str, ...]


def series_lines(person: Person, *, now: datetime) -> list[SeriesLine]:
    """In the catalogue's order; those that are not collected any more last."""
    order = list(load_catalogue().metrics)
    rows = sorted(Series.objects.all(), key=lambda row: (row.closed_at is not None, order.index(row.pk)))
    return [_line(person, row, now) for row in rows]


def _line(person: Person, row: Series, now: datetime) -> SeriesLine:
    found, standing = released(row.pk), standing_of(row)
    joint = joint_of(found) if found is not None else None
    takes_part = any(member.pk == person.member_id for member in standing.agreed)
    wanted = of_series(row, person.member_id, now=now) if takes_part and row.closed_at is None else []
    return SeriesLine(
        series=row,
        metric=load_catalogue().metrics[row.pk],
        joint=joint.headline if joint else "",
        joint_period=joint.headline_period if joint else "",
        is_index=joint.is_index if joint else False,
        agreed=standing.owners,
        needed=standing.needed,
        takes_part=takes_part,
        missing=tuple(lines.period_said(one.period) for one in wanted if one.is_missing),
    )
