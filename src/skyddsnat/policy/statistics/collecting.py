"""What may be handed in to the joint statistics: which metric, for which period, within which bounds, with which context."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from skyddsnat.catalogue.metrics import CompetitionFlag, Metric, Sharing
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Observed

DUE_AFTER: Final = timedelta(days=14)
"""A period's figures are due so long after its last day."""
LISTED_GROUPS: Final = frozenset({"blocking", "stop_page"})
"""Groups of metrics that depend on a list: their figures never travel without what list it was."""


def check_collected(metric: Metric) -> None:
    """Raises PolicyRefusal("secret_metric" | "red_metric").

    A secret metric goes the sealed way, through confidential benchmarking, and never in the clear.
    """
    if metric.sharing is Sharing.SECRET:
        raise PolicyRefusal("secret_metric", metric.id)
    if metric.competition is CompetitionFlag.RED:
        raise PolicyRefusal("red_metric", metric.id)


def check_period(metric: Metric, period: Period, *, today: date) -> None:
    """Raises PolicyRefusal("wrong_period" | "period_not_over")."""
    if period.kind is not metric.frequency:
        raise PolicyRefusal("wrong_period", f"{period}, expected a {metric.frequency}")
    if period.last_day >= today:
        raise PolicyRefusal("period_not_over", str(period))


def check_value(metric: Metric, value: int, *, decimals: int, unit: str) -> None:
    """The value is a whole number of the metric's smallest steps.  Raises PolicyRefusal("wrong_unit" | "out_of_range")."""
    if unit != metric.unit or decimals != metric.value.decimals:
        raise PolicyRefusal(
            "wrong_unit", f"{unit} with {decimals}, expected {metric.unit} with {metric.value.decimals}"
        )
    step = 10**decimals
    if not metric.value.low * step <= value <= metric.value.high * step:
        raise PolicyRefusal("out_of_range", f"expected {metric.value.low} to {metric.value.high}")


def needs_list(metric: Metric) -> bool:
    """Whether a figure of the metric must say what list, which resolvers and how many subscriptions it is about."""
    return metric.group in LISTED_GROUPS


def counts_blocks(metric: Metric) -> bool:
    """Whether a figure of the metric is a number of blocks."""
    return metric.group == "blocking" and metric.additive


def has_no_part(metric: Metric, observed: Observed | None) -> bool:
    """Whether a figure cannot be in a joint one, whatever it is: a number of blocks from where nothing was blocked.

    Who observed for a part of the period has counted what was blocked in the rest of it.  None: that was not told.
    """
    return counts_blocks(metric) and observed is Observed.ALL


def due(period: Period) -> date:
    """The last day to hand in a period's figure."""
    return period.last_day + DUE_AFTER
