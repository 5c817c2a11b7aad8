"""A table of released series, as it leaves: each figure with all that it may not be read without.

Pure.  Who may take it out, and what was released, the hub has decided before.  A figure that was held back has a status and no
value, and no reason: which rule held it says something about its contributors (catalogue/metrics.yaml, release).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from skyddsnat.catalogue.text import EMPTY, Text


class Frequency(StrEnum):
    """How often a series has a figure, in the codes of SDMX (CL_FREQ)."""

    MONTH = "M"
    QUARTER = "Q"
    YEAR = "A"


class Figure(StrEnum):
    """What a series holds."""

    TOTAL = "TOTAL"  # over the members that contributed
    INDEX = "INDEX"  # over a fixed panel, its first month = 100


class Status(StrEnum):
    """What may be said of a figure, in the codes of SDMX (CL_OBS_STATUS)."""

    NORMAL = "A"
    BREAK = "B"  # not to be compared with the figure before: other members, another method
    MISSING = "O"  # withdrawn
    SUPPRESSED = "Q"  # held back by the rules

    @property
    def has_value(self) -> bool:
        """Whether a figure with this status has a value at all."""
        return self in {Status.NORMAL, Status.BREAK}


type Range = tuple[int, int | None]
"""From the lowest to the highest, both included; None where there is no upper end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a figure never travels without (reference/domain.md, what must hold, 10).  None where it does not apply.

    list_versions, entries_mean, block_ttl: over the contributors; seconds for the last.  resolvers: how many of each
    contributor's were counted, at least: all, most or some.  observed: for how much of the period a contributor's list only
    observed, so that nothing was stopped: none, some or all; "" where that is not known.  subscriptions: of the contributors
    together.  owners: how many contributed.
    """

    method: str
    list_source: Text
    list_versions: Range | None = None
    entries_mean: Range | None = None
    resolvers: str = ""
    subscriptions: Range | None = None
    block_ttl: Range | None = None
    observed: str = ""
    owners: int | None = None
    gaps: Text = EMPTY
    events: Text = EMPTY
    released_on: date | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A series' figure for one period (2026-10, 2026-Q3 or 2026)."""

    period: str
    status: Status
    value: Decimal | None
    context: Context

    def __post_init__(self) -> None:
        """Raises ValueError for a value that should not be there, or that comes without its method."""
        if self.status.has_value != (self.value is not None):
            raise ValueError(f"{self.period}: status {self.status.name} and value {self.value!r} do not go together")
        if self.value is not None and not self.context.method:
            raise ValueError(f"{self.period}: a value without the version of its method, expected both")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric over periods, with what it counts and how it may be misread.  public: whether it may be published."""

    metric: str
    figure: Figure
    frequency: Frequency
    public: bool
    name: Text
    unit: Text
    definition: Text
    caveat: Text
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Series that leave together.  sender: the coalition's name."""

    sender: str
    prepared: datetime
    series: tuple[Series, ...]

    def figures(self) -> Iterator[tuple[Series, Observation]]:
        """Each figure beside its series."""
        return ((series, each) for series in self.series for each in series.observations)
