"""Which quarters the demo's rounds are about: figures that are old enough to be compared today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.benchmark.planning import oldest_allowed


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year.  number: 1 to 4."""

    year: int
    number: int

    @property
    def id(self) -> str:
        """As it stands in a round's id."""
        return f"{self.year}-q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.after().first_day - timedelta(days=1)

    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)


def newest(today: date) -> Quarter:
    """The latest quarter whose figures may be compared in a round that opens today."""
    limit = oldest_allowed(today, load_catalogue().metric_words.release.data_age_months_min)
    found = Quarter(limit.year, (limit.month + 2) // 3)
    while found.last_day > limit:
        found = found.before()
    return found
