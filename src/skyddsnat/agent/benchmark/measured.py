"""What this agent measured itself in a round's months, and nothing else: no figure of another time, and no guess.

MET-BLK-04, MET-BLK-07 and MET-LST-04 come from the looks at the resolvers, day by day (`state/days.py`); MET-LST-01 to 03 and
MET-LST-05 from the updates that were proved and the lists that were halted (`state/updates.py`).  docs/adr/0031, 0040.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from skyddsnat.agent.state import State
from skyddsnat.agent.state.days import Look
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.updates import Update
from skyddsnat.catalogue.metrics import Evidence, Metric

LEAST_DAYS: Final = Decimal("0.9")
"""Of the period's days, those that need a look: an agent that slept for a month has not measured the quarter."""


@dataclass(frozen=True, slots=True)
class Measured:
    """values: by metric id.  lacking: why one that the round asks for has none, in a line each."""

    values: Mapping[str, Decimal]
    lacking: Mapping[str, str] = field(default_factory=dict)


def measure(
    state: State, metrics: Mapping[str, Metric], *, wanted: frozenset[str], first: date, last: date
) -> Measured:
    """The values that the agent has of what is wanted, for the days from `first` to `last`."""
    whole = (last - first).days + 1
    timed_since = date.fromisoformat(state.notes.get(Notes.TIMED_SINCE))
    values, lacking = {}, {}
    for name, metric in sorted(metrics.items()):
        if name not in wanted or metric.evidence is not Evidence.MEASURED:
            continue
        seen, look = state.days.between(max(first, timed_since) if name in _TIMED else first, last)
        if name in _SHARES:
            value, why = _share(*_SHARES[name](look)), "no look counted"
        elif name in _UPDATES:
            kind, least, figure = _UPDATES[name]
            took = state.updates.between(kind, first, last)
            value = figure(took) if len(took) >= least else None
            why = f"{len(took)} updates were proved in the period, expected at least {least}"
        else:
            lacking[name] = "this agent does not measure it"
            continue
        if seen < whole * LEAST_DAYS:
            lacking[name] = f"this agent looked at its resolvers on {seen} of the period's {whole} days"
        elif value is None:
            lacking[name] = why
        else:
            exact = Decimal(1).scaleb(-metric.value.decimals)
            values[name] = min(value.quantize(exact, ROUND_HALF_EVEN), metric.value.high)
    return Measured(values, lacking)


_SHARES: Final[Mapping[str, Callable[[Look], tuple[int, int]]]] = {
    "MET-BLK-04": lambda look: (look.current, look.resolvers),
    "MET-BLK-07": lambda look: (look.answered, look.canaries),
    "MET-LST-04": lambda look: (look.timely, look.timed),
}


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole * 100 if whole else None


def median_hours(took: Sequence[float]) -> Decimal:
    """The middle one of these seconds, in hours; between two, their mean."""
    return Decimal(statistics.median(took)) / 3600


def high_hours(took: Sequence[float]) -> Decimal:
    """The 95th percentile by nearest rank, in hours: a value that was measured.  took: ascending."""
    return Decimal(took[math.ceil(len(took) * 0.95) - 1]) / 3600


_UPDATES: Final[Mapping[str, tuple[Update, int, Callable[[Sequence[float]], Decimal]]]] = {
    "MET-LST-01": (Update.BLOCK, 1, median_hours),
    "MET-LST-02": (Update.BLOCK, 20, high_hours),
    "MET-LST-03": (Update.LIFT, 1, median_hours),
    "MET-LST-05": (Update.HALT, 0, lambda halts: Decimal(len(halts))),
}
"""By metric: which updates, how many there must be (catalogue, "pitfalls"), and the figure of their seconds."""

_TIMED: Final = frozenset({"MET-LST-04", *_UPDATES})
"""What is counted from the day on that the memory has times for."""
