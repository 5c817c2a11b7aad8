"""Values become what is handed in: within bounds, in their bands, beside what was handed in before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from skyddsnat.agent.benchmark.table import Row
from skyddsnat.agent.errors import WrongUse
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.mpc.layout import Entry
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.protocols.benchmark import coding
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Item, Specification

QUESTION: Final = "MQ-"
FAR: Final = 3
"""So many times more or less than last time is asked about, as in the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of the round.  value: None where there is none.  before: what was handed in last time, if it is known here."""

    item: Item
    value: Decimal | None
    measured: bool
    before: Decimal | None

    @property
    def code(self) -> int | None:
        """What is shared."""
        return None if self.value is None else coding.encode(self.item, self.value)

    @property
    def band(self) -> str:
        """The band in words; an amount is shared as it is."""
        return "no value" if self.value is None else band_text(self.item, self.value)

    @property
    def far(self) -> bool:
        """Whether the value is far from last time's."""
        if self.value is None or not self.before:
            return False
        return self.value > self.before * FAR or self.value * FAR < self.before

    def facts(self) -> dict[str, Any]:
        """For machines."""
        return {
            "item": self.item.id,
            "value": None if self.value is None else format(self.value, "f"),
            "code": self.code,
            "band": self.band,
            "measured": self.measured,
            "before": None if self.before is None else format(self.before, "f"),
            "far": self.far,
        }


def band_text(item: Item, value: Decimal) -> str:
    """Where a value lies on the item's public bands."""
    if item.kind is ItemKind.AMOUNT:
        return f"exactly {format(Decimal(coding.amount(item, value)) / 10**item.decimals, 'f')}"
    if item.id.startswith(QUESTION):
        return f"level {coding.code(item, value)}"
    band = coding.band(item, coding.code(item, value))
    low = None if band.low is None else format(band.low, "f")
    high = None if band.high is None else format(band.high, "f")
    if item.upper_side:
        return f"up to {high}" if low is None else f"over {low}" + (f", up to {high}" if high else "")
    return f"below {high}" if low is None else f"from {low}" + (f" to below {high}" if high else "")


def lines(
    specification: Specification,
    rows: Sequence[Row],
    *,
    measured: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
    metrics: Mapping[str, Metric],
) -> list[Line]:
    """Every item of the round, in its order.  What stands in the file goes before what the agent measured.

    Raises WrongUse with every value that cannot be handed in.
    """
    faults: list[str] = []
    said: dict[str, Decimal | None] = {}
    for row in rows:
        if item := specification.item_of.get(row.item):
            try:
                said[row.item] = _value(item, row.value, metrics)
            except BadRound as fault:
                faults.append(f"line {row.line}, {row.item}: {fault.message}")
    if faults:
        more = f", and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise WrongUse("; ".join(faults[:5]) + more)
    return [
        Line(
            item=item,
            value=said[item.id] if item.id in said else measured.get(item.id),
            measured=item.id not in said and item.id in measured,
            before=before.get(item.id),
        )
        for item in specification.items
    ]


def entries(found: Sequence[Line]) -> dict[str, Entry]:
    """What is split and sealed."""
    return {
        line.item.id: Entry(line.code, measured=line.measured)
        for line in found
        if line.value is not None and line.code is not None
    }


def _value(item: Item, text: str, metrics: Mapping[str, Metric]) -> Decimal | None:
    """Raises BadRound(malformed)."""
    if not text:
        return None
    number = coding.value(text)
    metric = metrics.get(item.id)
    if metric is not None and not metric.value.low <= number <= metric.value.high:
        raise BadRound("malformed", f"expected a value from {metric.value.low:f} to {metric.value.high:f}")
    if item.id.startswith(QUESTION) and (number % 1 or not 0 <= number <= item.max):
        raise BadRound("malformed", f"expected a level from 0 to {item.max}")
    coding.encode(item, number)
    return number
