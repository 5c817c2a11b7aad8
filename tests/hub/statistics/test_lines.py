"""Periods in people's words."""

from __future__ import annotations

import pytest
from django.utils import translation

from skyddsnat.hub.statistics.lines import period_short
from skyddsnat.policy.statistics.periods import Period


@pytest.mark.parametrize(
    ("language", "month", "quarter"), [("en", "Oct 2026", "Q4 2026"), ("sv", "okt 2026", "K4 2026")]
)
def test_a_month_on_an_axis_is_written_as_the_language_does_and_is_no_day(
    language: str, month: str, quarter: str
) -> None:
    with translation.override(language):
        assert [period_short(Period.read(text)) for text in ("2026-10", "2026-Q4", "2026")] == [month, quarter, "2026"]
