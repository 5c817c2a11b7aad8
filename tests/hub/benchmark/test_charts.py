"""What a chart draws for a group large enough for quartiles, and how an order statistic between two bands is said."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from skyddsnat.hub.benchmark.charts import BandChart, Span, draw
from skyddsnat.hub.benchmark.queries import bands

CHART = BandChart("chart-a", "Share <of>", "Median: b.", 8, "below 1", "7 or more", Span(3, 4), Span(2, 6))


def test_quartiles_are_drawn_from_the_first_to_the_third_around_the_median() -> None:
    drawn = re.findall(r'class="chart-(\w+)" x="([\d.]+)%" y="\d+" width="([\d.]+)%"', draw(CHART))
    assert drawn == [("quartiles", "25", "62.5"), ("median", "37.5", "25")]
    assert "chart-quartiles" not in draw(replace(CHART, quartiles=None))
    assert "Share &lt;of&gt;" in draw(CHART)


def test_edges_are_drawn_only_where_they_can_be_told_apart() -> None:
    assert draw(CHART).count("chart-tick") == 7
    assert "chart-tick" not in draw(replace(CHART, bands=200))


def test_what_lies_between_two_bands_is_said_as_both() -> None:
    labels = ("a", "b", "c")
    assert bands.said(labels, bands.span_of(Fraction(1))) == "b"
    assert bands.span_of(Fraction(5, 4)) == Span(1, 2)
    assert all(one in bands.said(labels, Span(1, 2)) for one in ("b", "c"))
