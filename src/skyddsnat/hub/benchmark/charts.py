"""Charts as SVG: a band on the public grid, drawn in per cent of the width, so that text keeps its size on any screen and paper.

Pure: a frozen description in, markup out, with classes alone (the policy of the pages allows no style attribute).  Beside each
chart stands a table made of the same description.  The own value is drawn later, by the reader's browser: it is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_TICKS: Final = 24
"""Edges of more bands than this would be a grey area."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bands `low` to `high`, both included, by number from 0."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class BandChart:
    """What is drawn.

    key: unique on the page.  title, summary: what a screen reader says.  bands: how many the grid has; first, last: words at its
    ends.  median: where the median lies; quartiles: from the first to the third, where they were released.
    """

    key: str
    title: str
    summary: str
    bands: int
    first: str
    last: str
    median: Span
    quartiles: Span | None = None


def draw(chart: BandChart) -> SafeString:
    """The chart as an `svg` element."""
    quartiles = _bar("chart-quartiles", chart.quartiles, chart.bands, 18, 20) if chart.quartiles else ""
    return format_html(
        '<svg class="chart" role="img" aria-labelledby="{key}-title {key}-desc" width="100%" height="62" data-bands="{bands}">'
        '<title id="{key}-title">{title}</title><desc id="{key}-desc">{summary}</desc>'
        '<rect class="chart-track" x="0" y="22" width="100%" height="12" rx="3"/>{quartiles}{ticks}{median}'
        '<text class="chart-end" x="0" y="56">{first}</text>'
        '<text class="chart-end" x="100%" y="56" text-anchor="end">{last}</text></svg>',
        key=chart.key,
        bands=chart.bands,
        title=chart.title,
        summary=chart.summary,
        quartiles=quartiles,
        ticks=_ticks(chart.bands),
        median=_bar("chart-median", chart.median, chart.bands, 14, 28),
        first=chart.first,
        last=chart.last,
    )


def per_cent(part: int, whole: int) -> str:
    """`12.5%`, without superfluous zeros."""
    return f"{round(100 * part / whole, 3):g}%"


def _bar(name: str, span: Span, bands: int, y: int, height: int) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2" data-low="{}" data-high="{}"/>',
        name,
        per_cent(span.low, bands),
        y,
        per_cent(span.high - span.low + 1, bands),
        height,
        span.low,
        span.high,
    )


def _ticks(bands: int) -> SafeString:
    edges = range(1, bands) if bands <= MOST_TICKS else ()
    places = ((per_cent(edge, bands),) * 2 for edge in edges)
    return format_html_join("", '<line class="chart-tick" x1="{}" x2="{}" y1="22" y2="34"/>', places)
