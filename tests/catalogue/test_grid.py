"""Grids: how many codes a value can become, and how wide the comparison is."""

from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.grid import Grid, GridKind, _codes_up_to
from skyddsnat.catalogue.loading import load_catalogue


def test_every_difference_of_codes_fits_the_comparison() -> None:
    for metric in load_catalogue().metrics.values():
        missing = metric.grid.codes
        assert missing <= 2 ** (metric.bits - 1) - 1
        assert metric.bits == 8 or missing > 2 ** (metric.bits // 2 - 1) - 1


@given(st.integers(2, 40_000))
def test_the_width_is_the_smallest_that_fits(codes: int) -> None:
    bits = Grid(GridKind.PERMILLE, codes=codes).bits
    assert codes <= 2 ** (bits - 1) - 1
    assert bits == 8 or codes > 2 ** (bits // 2 - 1) - 1


@given(st.integers(1, 10**6), st.sampled_from(["1.1", "1.25", "1.5", "2"]), st.integers(2, 10**9))
def test_codes_are_counted_as_by_the_logarithm(base: int, ratio: str, high: int) -> None:
    counted = _codes_up_to(Decimal(high), base=Decimal(base), ratio=Decimal(ratio))
    if high < base:
        assert counted == 1
    else:
        steps = math.log(high / base) / math.log(float(ratio))
        assert abs(counted - (2 + steps)) <= 1 + 1e-6


def test_an_hours_ladder_has_one_code_more_than_edges() -> None:
    grid = load_catalogue().metrics["MET-LST-01"].grid
    assert grid.kind is GridKind.HOURS_LADDER
    assert grid.codes == len(grid.edges) + 1 == 17


def test_a_score_by_quarters_from_zero_to_three_has_thirteen_codes() -> None:
    assert load_catalogue().metrics["MET-GOV-01"].grid.codes == 13
