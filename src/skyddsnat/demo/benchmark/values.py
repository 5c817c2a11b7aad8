"""Invented figures: each with so many digits that it could be found again wherever it is not meant to be."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from skyddsnat.catalogue.grid import GridKind
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Metric
from skyddsnat.protocols.benchmark.spec import Specification

TWENTY: Final = (
    "MET-BLK-01",
    "MET-BLK-04",
    "MET-BLK-05",
    "MET-BLK-07",
    "MET-LST-01",
    "MET-LST-02",
    "MET-LST-03",
    "MET-LST-04",
    "MET-LST-06",
    "MET-OVB-02",
    "MET-STP-01",
    "MET-NTC-01",
    "MET-NTC-02",
    "MET-REP-02",
    "MET-REP-03",
    "MET-REP-04",
    "MET-LEA-01",
    "MET-TRN-01",
    "MET-GOV-01",
    "MET-BLK-06",
)
FEW: Final = ("MET-LEA-02", "MET-LEA-03", "MET-TRN-02", "MET-SHR-02")
"""For the round of four: others than those that the other rounds compare."""

MISSING: Final = 0.06
DIGITS: Final = Decimal("0.000001")

type Values = Mapping[str, Decimal | None]
"""A member's value by item; None is missing."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a member has handed in.  measured: items that its agent has counted."""

    values: Values = field(repr=False)
    measured: frozenset[str] = frozenset()


def values_of(member: str, specification: Specification) -> dict[str, Decimal | None]:
    """What a member hands in.  Most move a little from one round to the next."""
    metrics = load_catalogue().metrics
    found: dict[str, Decimal | None] = {}
    for item in specification.items:
        lasting = random.Random(f"{member} {item.id}")  # noqa: S311 - invented figures
        passing = random.Random(f"{member} {item.id} {specification.round}")  # noqa: S311
        strength = min(1.0, max(0.0, lasting.random() + passing.gauss(0, 0.06)))
        if item.id in metrics:
            missing = lasting.random() < MISSING and item.id != "MET-GOV-01"
            found[item.id] = None if missing else _figure(metrics[item.id], strength)
        else:
            found[item.id] = Decimal(min(3, int(strength * 4)))
    return found


def measured(specification: Specification, member: str) -> frozenset[str]:
    """Items that the member's agent has counted: at every member but the smallest ones, what agents can count."""
    metrics = load_catalogue().metrics
    counted = [item.id for item in specification.items if item.id in metrics and _counts(metrics[item.id])]
    return frozenset(counted) if hash_of(member) % 3 else frozenset()


def hash_of(member: str) -> int:
    """The same number for the same name, in every process."""
    return sum(member.encode())


def _counts(metric: Metric) -> bool:
    return metric.evidence.value == "measured-by-agent"


def _figure(metric: Metric, strength: float) -> Decimal:
    """A figure in the metric's bounds.  strength: from 0 to 1, where better is more."""
    low, high = metric.value.low, metric.value.high
    if metric.direction.value == "lower":
        strength = 1 - strength
    if metric.grid.kind in {GridKind.HOURS_LADDER, GridKind.LOG_STEP}:
        scaled = Decimal(str(float(high) ** (0.1 + 0.75 * strength)))  # on such grids most are small
    else:
        scaled = low + (high - low) * Decimal(str(0.05 + 0.9 * strength))
    return min(high, max(low, scaled)).quantize(DIGITS)
