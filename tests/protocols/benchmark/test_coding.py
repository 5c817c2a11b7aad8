"""A value becomes the code of its band, exactly, for every metric of the catalogue."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.catalogue.grid import GridKind
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.protocols.benchmark import coding
from skyddsnat.protocols.benchmark.errors import BadRound

METRICS = list(load_catalogue().metric_words.metrics.values())


def by_the_catalogues_words(metric: Metric, value: Decimal) -> int:
    """The formulas at the head of metrics.yaml, for the kinds that need no logarithm."""
    grid = metric.grid
    if grid.kind is GridKind.PERMILLE:
        return int(min(value * 10 // grid.step, 1000 // grid.step - 1))
    if grid.kind is GridKind.HOURS_LADDER:
        return sum(edge < value for edge in grid.edges)
    if grid.edges:
        return sum(edge <= value for edge in grid.edges)
    return int((value - metric.value.low) // grid.step)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
@settings(max_examples=20)
@given(data=st.data())
def test_the_code_is_that_of_the_catalogue_divided_by_the_factor(metric: Metric, data: st.DataObject) -> None:
    factor = data.draw(st.sampled_from([1, 2, 3, 5]))
    item = coding.item_of_metric(metric, factor)
    value = data.draw(st.decimals(metric.value.low, metric.value.high, places=metric.value.decimals))
    fine = coding.item_of_metric(metric, 1)
    assert coding.code(item, value) == coding.code(fine, value) // factor
    if metric.grid.kind is not GridKind.LOG_STEP:
        assert coding.code(fine, value) == by_the_catalogues_words(metric, value)
    found = coding.band(item, coding.code(item, value))
    for edge, outside in ((found.low, item.upper_side), (found.high, not item.upper_side)):
        assert edge is None or edge != value or not outside
    assert found.low is None or found.low <= value
    assert found.high is None or value <= found.high


@pytest.mark.parametrize("metric", [m for m in METRICS if m.grid.kind is GridKind.LOG_STEP], ids=lambda m: m.id)
def test_logarithmic_bands_are_as_wide_as_the_catalogue_says(metric: Metric) -> None:
    item = coding.item_of_metric(metric, 3)
    wide = [float(high / low) for low, high in zip(item.edges, item.edges[1:], strict=False)]
    assert all(abs(ratio / float(metric.grid.ratio) ** 3 - 1) < 1e-4 for ratio in wide)
    assert min(wide) >= 1.30  # twice the p of the rules: a band says no more than the p % rule lets through


@pytest.mark.parametrize(
    ("written", "value"),
    [("12,5", "12.5"), (" 1 234 ", "1234"), ("1\u00a0234,50", "1234.50"), ("0", "0"), ("-3", "-3")],
)
def test_numbers_as_people_write_them(written: str, value: str) -> None:
    assert coding.value(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "1e5", "NaN", "1.2.3", "tolv", "1,234.5", "٣", "9" * 19, "--1", "1."])
def test_what_is_no_number_is_said_to_be_none(written: str) -> None:
    with pytest.raises(BadRound, match="not read as a number"):
        coding.value(written)


def test_an_amount_is_a_whole_number_within_its_bounds() -> None:
    item = coding.item_of_amount(METRICS[0])
    assert coding.encode(item, Decimal("17")) == 17
    for odd in ("-1", str(item.max + 1)):
        with pytest.raises(BadRound, match="expected an amount from 0"):
            coding.encode(item, Decimal(odd))


def test_levels_of_the_maturity_model_are_their_own_codes() -> None:
    item = coding.item_of_question(load_catalogue().maturity.questions["MQ-A1"])
    assert [coding.encode(item, Decimal(level)) for level in range(4)] == [0, 1, 2, 3]
    assert item.bits == 3
    assert item.missing == 7
