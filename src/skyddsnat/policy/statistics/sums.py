"""Totals over longer periods: what is suppressed in a part must not show in the whole (complementary suppression)."""

from __future__ import annotations

from collections.abc import Mapping

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.statistics.periods import MONTHS, Period


def longer(kind: Frequency) -> tuple[Frequency, ...]:
    """The longer kinds of period that periods of this kind add up to."""
    return tuple(each for each, months in MONTHS.items() if months > MONTHS[kind])


def sums(totals: Mapping[Period, int | None], kind: Frequency) -> dict[Period, int | None]:
    """By longer period of this kind: the sum of its parts' totals, None where it is not shown.

    It is shown only when the total of every part is.  Less one shown part a sum would give the missing one; less all but two it
    would give a total that no rule was asked about.  So a sum never says more than its parts.
    """
    found: dict[Period, int | None] = {}
    for whole in sorted({period.within(kind) for period in totals}):
        first = next(period for period in totals if period.within(kind) == whole)
        parts = Period.holding(whole.first_day, first.kind).until(Period.holding(whole.last_day, first.kind))
        values = [totals.get(part) for part in parts]
        shown = [value for value in values if value is not None]
        found[whole] = sum(shown) if len(shown) == len(values) else None
    return found
