"""Periods follow each other without a gap, and read back as they are written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period

days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
kinds = st.sampled_from(Frequency)


@given(days, kinds)
def test_a_day_lies_in_its_period_and_the_next_begins_when_it_ends(day: date, kind: Frequency) -> None:
    period = Period.holding(day, kind)
    assert period.first_day <= day <= period.last_day
    assert period.next.first_day == period.last_day + timedelta(days=1)
    assert period.next.previous == period
    assert period.previous < period < period.next
    assert Period.read(str(period)) == period


@given(days, kinds, st.integers(-40, 40))
def test_steps_add_up(day: date, kind: Frequency, steps: int) -> None:
    period = Period.holding(day, kind)
    assert period.shifted(steps).shifted(-steps) == period
    assert len(period.until(period.shifted(steps))) == max(steps + 1, 0)


@pytest.mark.parametrize("text", ["9999", "9999-Q4", "9999-12", "0000-01"])
def test_a_period_with_nothing_after_it_is_none(text: str) -> None:
    with pytest.raises(PolicyRefusal):
        Period.read(text)


def test_a_month_lies_in_its_quarter_and_year() -> None:
    month = Period.read("2026-11")
    assert (str(month.within(Frequency.QUARTER)), str(month.within(Frequency.YEAR))) == ("2026-Q4", "2026")


@pytest.mark.parametrize("text", ["", "2026-00", "2026-13", "2026-Q5", "0000", "26-01", "2026-1", "2026-10-01", "٢٠٢٦"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefusal, match="bad_period"):
        Period.read(text)
