"""What a report is made of: parts of lines, each of which is filled, or says why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from skyddsnat.catalogue.formats import StatisticsFormat
from skyddsnat.protocols.series import Cell


class State(StrEnum):
    """What became of a line."""

    FILLED = "filled"
    HELD = "held"
    MISSING = "missing"  # collected, but not there for this period
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"


STATES: Final[Mapping[State, Promise]] = {
    State.FILLED: pgettext_lazy("line of a report", "filled in"),
    State.HELD: pgettext_lazy("line of a report", "not shown, by the disclosure rules"),
    State.MISSING: pgettext_lazy("line of a report", "not handed in"),
    State.NOT_COLLECTED: pgettext_lazy("line of a report", "not collected here"),
    State.NOT_APPLICABLE: pgettext_lazy("line of a report", "does not apply"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field.  name: its column in the format, label: in words; value: "" unless it is filled; note: why, or what to know."""

    name: str
    label: str
    state: State
    value: Cell = ""
    note: str = ""

    @property
    def state_words(self) -> Promise:
        """What became of it, in words."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a template, or one subject's row.  name: as in the format; heading: in words."""

    name: str
    heading: str
    lines: tuple[Line, ...]

    @property
    def filled(self) -> int:
        """How many of its lines are filled in."""
        return sum(line.state is State.FILLED for line in self.lines)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as far as it goes.

    period: in words; key: in file names.  by_row: whether the format is one row a part, with a column a field.
    """

    layout: StatisticsFormat
    period: str
    key: str
    parts: tuple[Part, ...]
    by_row: bool

    def by_field(self) -> list[tuple[Line, ...]]:
        """Each field with its lines in all parts, where all have the same fields."""
        return list(zip(*(part.lines for part in self.parts), strict=True))

    @property
    def count(self) -> int:
        """How many lines it has."""
        return sum(len(part.lines) for part in self.parts)

    @property
    def filled(self) -> int:
        """How many of them are filled in."""
        return sum(part.filled for part in self.parts)


def line(name: str, label: Promise | str, value: object, *, note: Promise | str = "") -> Line:
    """A line that is filled in."""
    kept = value if isinstance(value, int | Decimal) else str(value)
    return Line(name, str(label), State.FILLED, kept, str(note))


def empty(name: str, label: Promise | str, state: State, note: Promise | str = "") -> Line:
    """A line without a value, and why."""
    return Line(name, str(label), state, "", str(note))
