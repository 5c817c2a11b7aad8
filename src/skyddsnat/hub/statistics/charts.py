"""Charts of a series as SVG, drawn in per cent of the width, so that text keeps its size on any screen and paper.

Pure: a frozen description in, markup out, with classes alone (the policy of the pages allows no style attribute).  Beside each
chart stands a table of the same figures.  A count is drawn as bars from zero; an index or a share as dots with lines between.
Words of the ticks stand left of the drawing, in a margin that the style sheet leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HEIGHT: Final = 190
TOP: Final = 34
FLOOR: Final = 158
"""Where the highest tick and the lowest lie; marks of events stand above, labels of periods below."""
MOST_LABELS: Final = 5
STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Point:
    """One period.  label: on the axis.  value: None where nothing is shown.  said: the value in words."""

    label: str
    value: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An event.  at: how far along the axis, from 0 to 1.  number: in the list below the chart."""

    at: float
    number: int


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """What is drawn.

    key: unique on the page.  title, summary: what a screen reader says.  bars: whether the values are counts from zero.
    ticks: values of the horizontal lines, with their words; lowest first.  breaks: numbers of points before which the panel
    changed.
    """

    key: str
    title: str
    summary: str
    points: tuple[Point, ...]
    ticks: tuple[tuple[int, str], ...]
    bars: bool
    marks: tuple[Mark, ...] = ()
    breaks: tuple[int, ...] = ()


def ticks(values: list[int], *, from_zero: bool) -> list[int]:
    """Three or four round values around these."""
    low, high = (0 if from_zero else min(values)), max(values)
    step = _step(max(high - low, 1) / 3)
    first, last = low // step, -(-high // step)
    return [step * each for each in range(first, max(last, first + 1) + 1)]


def _step(least: float) -> int:
    size = 1
    while True:
        for step in STEPS:
            if step * size >= least:
                return step * size
        size *= 10


def draw(chart: SeriesChart) -> SafeString:
    """The chart as an `svg` element."""
    return format_html(
        '<svg class="series-chart" role="img" aria-labelledby="{key}-title {key}-desc" width="100%" height="{height}">'
        '<title id="{key}-title">{title}</title><desc id="{key}-desc">{summary}</desc>'
        "{grid}{breaks}{values}{marks}{labels}</svg>",
        key=chart.key,
        height=HEIGHT,
        title=chart.title,
        summary=chart.summary,
        grid=_grid(chart),
        breaks=_breaks(chart),
        values=_bars(chart) if chart.bars else _dots(chart),
        marks=_marks(chart),
        labels=_labels(chart),
    )


def _grid(chart: SeriesChart) -> SafeString:
    lines = ((_y(chart, value), _y(chart, value) + 4, said) for value, said in chart.ticks)
    return format_html_join(
        "",
        '<line class="series-line" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
        '<text class="series-tick" x="-8" y="{1}" text-anchor="end">{2}</text>',
        lines,
    )


def _bars(chart: SeriesChart) -> SafeString:
    width = 100 / len(chart.points)
    shown = (
        (_per_cent(at * width + width * 0.18), _y(chart, point.value), _per_cent(width * 0.64), point)
        for at, point in enumerate(chart.points)
        if point.value is not None
    )
    return format_html_join(
        "",
        '<rect class="series-bar" x="{}" y="{}" width="{}" height="{}" rx="1"><title>{}: {}</title></rect>',
        ((x, y, w, FLOOR - y, point.label, point.said) for x, y, w, point in shown),
    ) + _gaps(chart)


def _dots(chart: SeriesChart) -> SafeString:
    places = [
        (_middle(chart, at), _y(chart, point.value), point) if point.value is not None else None
        for at, point in enumerate(chart.points)
    ]
    between = (
        (one[0], one[1], two[0], two[1])
        for at, (one, two) in enumerate(pairwise(places), start=1)
        if one is not None and two is not None and at not in chart.breaks
    )
    segments = format_html_join("", '<line class="series-path" x1="{}" y1="{}" x2="{}" y2="{}"/>', between)
    dots = format_html_join(
        "",
        '<circle class="series-dot" cx="{}" cy="{}" r="4"><title>{}: {}</title></circle>',
        ((place[0], place[1], place[2].label, place[2].said) for place in places if place is not None),
    )
    return segments + dots + _gaps(chart)


def _gaps(chart: SeriesChart) -> SafeString:
    """A dash on the floor where a period has no value, so that a gap is not read as zero."""
    empty = ((_middle(chart, at),) for at, point in enumerate(chart.points) if point.value is None)
    return format_html_join(
        "", f'<text class="series-gap" x="{{}}" y="{FLOOR - 5}" text-anchor="middle">–</text>', empty
    )


def _breaks(chart: SeriesChart) -> SafeString:
    places = ((_per_cent(100 * at / len(chart.points)),) * 2 for at in chart.breaks)
    return format_html_join("", f'<line class="series-break" x1="{{}}" x2="{{}}" y1="{TOP - 8}" y2="{FLOOR}"/>', places)


def _marks(chart: SeriesChart) -> SafeString:
    places = ((_per_cent(100 * mark.at), mark.number) for mark in chart.marks)
    return format_html_join(
        "",
        f'<line class="series-event" x1="{{0}}" x2="{{0}}" y1="20" y2="{FLOOR}"/>'
        '<circle class="series-event-dot" cx="{0}" cy="11" r="9"/>'
        '<text class="series-event-number" x="{0}" y="15" text-anchor="middle">{1}</text>',
        places,
    )


def _labels(chart: SeriesChart) -> SafeString:
    """Of a few points at even distances; every second one gives way where there is little room."""
    every = -(-len(chart.points) // MOST_LABELS)
    shown = ((at, point) for at, point in enumerate(chart.points) if at % every == 0)
    return format_html_join(
        "",
        f'<text class="series-label{{}}" x="{{}}" y="{FLOOR + 20}" text-anchor="middle">{{}}</text>',
        (
            (" series-label-between" if number % 2 else "", _middle(chart, at), point.label)
            for number, (at, point) in enumerate(shown)
        ),
    )


def _middle(chart: SeriesChart, at: int) -> str:
    return _per_cent(100 * (at + 0.5) / len(chart.points))


def _y(chart: SeriesChart, value: int) -> float:
    low, high = chart.ticks[0][0], chart.ticks[-1][0]
    return round(FLOOR - (FLOOR - TOP) * (value - low) / (high - low), 1)


def _per_cent(share: float) -> str:
    return f"{round(share, 3):g}%"
