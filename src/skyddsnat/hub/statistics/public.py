"""What the public page and the yearly report show: released figures of series that may be published, and nothing else.

Everything comes from `queries.released`; nothing here knows a member.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.catalogue.text import Text
from skyddsnat.hub.statistics.exports import INDEX_UNIT
from skyddsnat.hub.statistics.queries.picture import Joint, joint_of
from skyddsnat.hub.statistics.queries.released import ReleasedSeries


@dataclass(frozen=True, slots=True)
class Told:
    """One series as a reader meets it.  joint: None where no period has a figure that may be shown."""

    metric: Metric
    joint: Joint | None

    @property
    def unit(self) -> Text:
        """What its newest figure is in."""
        is_index = self.joint is not None and self.joint.is_index
        return load_catalogue().metric_words.units[INDEX_UNIT if is_index else self.metric.unit]


def told(found: Iterable[ReleasedSeries], *, year: int | None = None) -> list[Told]:
    """Each series, or its part of one year, in the catalogue's order."""
    parts = [each if year is None else _within(each, year) for each in found]
    return [Told(each.metric, joint_of(each, key=each.metric.id.lower())) for each in parts if each.rows]


def years(found: Iterable[ReleasedSeries]) -> list[str]:
    """Years in which something is shown, the newest first."""
    shown = {row.period.year for each in found for row in each.rows if row.context is not None}
    return [str(year) for year in sorted(shown, reverse=True)]


def newest(found: Iterable[ReleasedSeries]) -> datetime | None:
    """When the newest of the figures was released."""
    return max((row.released_at for each in found for row in each.rows), default=None)


def _within(found: ReleasedSeries, year: int) -> ReleasedSeries:
    rows = tuple(row for row in found.rows if row.period.year == year)
    sums = tuple(each for each in found.sums if each.period.year == year)
    return replace(found, rows=rows, sums=sums)
