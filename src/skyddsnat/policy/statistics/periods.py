"""Periods of a series: months, quarters and years, in order, with their days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.errors import PolicyRefusal

LAST_YEAR: Final = 9998
"""The last year after which there is another."""
MONTHS: Final = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}
"""How many months a period of each kind has."""
_FORMS: Final = {
    Frequency.MONTH: re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII),
    Frequency.QUARTER: re.compile(r"([0-9]{4})-Q([1-4])", re.ASCII),
    Frequency.YEAR: re.compile(r"([0-9]{4})()", re.ASCII),
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One month, quarter or year.  Periods of one kind are ordered by time.  number: 1 to 12, 1 to 4, or 1."""

    year: int
    number: int
    kind: Frequency

    @classmethod
    def read(cls, text: str) -> Period:
        """`2026-10`, `2026-Q4` or `2026`.  Raises PolicyRefusal("bad_period")."""
        for kind, form in _FORMS.items():
            found = form.fullmatch(text)
            if found and 1 <= int(found[1]) <= LAST_YEAR:
                return cls(int(found[1]), int(found[2] or 1), kind)
        raise PolicyRefusal("bad_period", f"got {text[:12]!r}, expected 2026-10, 2026-Q4 or 2026")

    @classmethod
    def holding(cls, day: date, kind: Frequency) -> Period:
        """The period that the day lies in."""
        return cls(day.year, (day.month - 1) // MONTHS[kind] + 1, kind)

    def __str__(self) -> str:
        if self.kind is Frequency.MONTH:
            return f"{self.year:04}-{self.number:02}"
        return f"{self.year:04}-Q{self.number}" if self.kind is Frequency.QUARTER else f"{self.year:04}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Period:
        """The one after it."""
        return self.shifted(1)

    @property
    def previous(self) -> Period:
        """The one before it."""
        return self.shifted(-1)

    def shifted(self, steps: int) -> Period:
        """The period so many steps later, or earlier for a negative number."""
        per_year = 12 // MONTHS[self.kind]
        year, number = divmod(self.year * per_year + self.number - 1 + steps, per_year)
        return Period(year, number + 1, self.kind)

    def within(self, kind: Frequency) -> Period:
        """The longer period, of this kind, that it lies in."""
        return Period.holding(self.first_day, kind)

    def until(self, last: Period) -> list[Period]:
        """From this one to the last, both included; empty if the last lies before."""
        found, each = [], self
        while each <= last:
            found.append(each)
            each = each.next
        return found
