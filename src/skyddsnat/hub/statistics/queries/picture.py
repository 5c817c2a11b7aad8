"""A series as its page shows it: charts and tables of what was released, and of the own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skyddsnat.catalogue.grid import ValueType
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.statistics import charts, lines
from skyddsnat.hub.statistics.charts import Mark, Point, SeriesChart
from skyddsnat.hub.statistics.queries.own import OwnFigure
from skyddsnat.hub.statistics.queries.released import ReleasedEvent, ReleasedRow, ReleasedSeries
from skyddsnat.policy.statistics.periods import Period

MOST_POINTS = 24
"""Periods that one chart shows; the table has all."""


@dataclass(frozen=True, slots=True)
class JointRow:
    """A row of the table of joint figures, in words; "" for what is not shown."""

    period: str
    total: str
    index: str
    owners: int
    note: str


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint figures of a series.  headline: the newest that says something.  has_break: whether the panel changed."""

    headline: str
    headline_period: str
    is_index: bool
    has_break: bool
    owners: int
    context: list[lines.Line]
    chart: SafeString | None
    rows: list[JointRow]
    sums: list[tuple[str, str]]
    events: list[tuple[int, ReleasedEvent]]


def joint_of(found: ReleasedSeries, *, key: str = "joint") -> Joint | None:
    """What is to be seen; None where no period says anything yet.  key: unique among the charts of a page."""
    shown = [row for row in found.rows if row.context is not None]
    if not shown:
        return None
    last = shown[-1]
    is_index = last.total is None
    periods = shown[0].period.until(found.rows[-1].period)[-MOST_POINTS:]
    marked = [event for event in found.events if periods[0].first_day <= event.day <= periods[-1].last_day]
    numbered = list(enumerate(marked, start=1))
    return Joint(
        headline=lines.index_said(last.index or 0) if last.total is None else lines.value_of(found.metric, last.total),
        headline_period=lines.period_said(last.period),
        is_index=is_index,
        has_break=len({row.panel for row in found.rows if row.period in periods}) > 1,
        owners=last.owners,
        context=lines.context_lines(last.context) if last.context is not None else [],
        chart=_joint_chart(found, periods, numbered, key=key, is_index=is_index),
        rows=[_row(found.metric, row) for row in reversed(found.rows)],
        sums=[
            (capfirst(lines.period_said(each.period)), lines.value_of(found.metric, each.total))
            for each in reversed(found.sums)
            if each.total is not None
        ],
        events=numbered,
    )


def own_chart(metric: Metric, own: Sequence[OwnFigure]) -> SafeString | None:
    """The member's own figures; None without any."""
    if not own:
        return None
    values = {one.period: one.newest.said.value for one in own}
    periods = own[0].period.until(own[-1].period)[-MOST_POINTS:]
    points = [_point(metric, period, values.get(period)) for period in periods]
    name = metric.name.get(get_language() or "en")
    return _drawn("own", _("Your organisation: %(name)s") % {"name": name}, metric, points)


def _joint_chart(
    found: ReleasedSeries,
    periods: Sequence[Period],
    events: Sequence[tuple[int, ReleasedEvent]],
    *,
    key: str,
    is_index: bool,
) -> SafeString | None:
    rows = {row.period: row for row in found.rows}
    points: list[Point] = []
    breaks: list[int] = []
    before: int | None = None
    for at, period in enumerate(periods):
        row = rows.get(period)
        value = None if row is None else row.index if is_index else row.total
        said = "" if value is None else lines.index_said(value) if is_index else lines.value_of(found.metric, value)
        points.append(Point(lines.period_short(period), value, said))
        if row is not None:
            if before is not None and row.panel != before:
                breaks.append(at)
            before = row.panel
    name = found.metric.name.get(get_language() or "en")
    words = _("Fixed-panel index: %(name)s") if is_index else _("All contributors together: %(name)s")
    marks = tuple(Mark(_place(periods, event), number) for number, event in events)
    return _drawn(
        key, words % {"name": name}, found.metric, points, marks=marks, breaks=tuple(breaks), is_index=is_index
    )


def _drawn(
    key: str,
    title: str,
    metric: Metric,
    points: Sequence[Point],
    *,
    marks: tuple[Mark, ...] = (),
    breaks: tuple[int, ...] = (),
    is_index: bool = False,
) -> SafeString | None:
    values = [point.value for point in points if point.value is not None]
    if not values:
        return None
    bars = not is_index and metric.value.type is ValueType.COUNT
    scale = charts.ticks(values, from_zero=bars)
    said = ((value, lines.index_said(value) if is_index else lines.value_of(metric, value)) for value in scale)
    first, last = (point for point in (points[0], points[-1]))
    return charts.draw(
        SeriesChart(
            key=f"chart-{key}",
            title=title,
            summary=_("%(n)d periods, from %(first)s to %(last)s. The same figures stand in the table.")
            % {"n": len(points), "first": first.label, "last": last.label},
            points=tuple(points),
            ticks=tuple(said),
            bars=bars,
            marks=marks,
            breaks=breaks,
        )
    )


def _point(metric: Metric, period: Period, value: int | None) -> Point:
    return Point(lines.period_short(period), value, "" if value is None else lines.value_of(metric, value))


def _place(periods: Sequence[Period], event: ReleasedEvent) -> float:
    """Where on the axis a day lies: in its period, by how far that has come."""
    at, period = next((at, each) for at, each in enumerate(periods) if event.day <= each.last_day)
    days = (period.last_day - period.first_day).days + 1
    return (at + ((event.day - period.first_day).days + 0.5) / days) / len(periods)


def _row(metric: Metric, row: ReleasedRow) -> JointRow:
    notes: dict[str, str | Promise] = {
        "held": _("Held back by the rules"),
        "withdrawn": _("Withdrawn: it was wrong, and is not released again"),
        "index": _("Index alone: the members are not those of the first totals"),
    }
    return JointRow(
        period=capfirst(lines.period_said(row.period)),
        total="" if row.total is None else lines.value_of(metric, row.total),
        index="" if row.index is None else lines.index_said(row.index),
        owners=row.owners,
        note=str(notes.get(row.shown, "")),
    )
