"""The closed word lists that a figure's context is made of, so that no free text travels with a number."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Share(StrEnum):
    """How much of something: ALL; MOST, half or more; SOME, less.

    Coarse on purpose: the share of resolvers that are covered is a secret metric (MET-BLK-04) and goes the sealed way.
    """

    ALL = "all"
    MOST = "most"
    SOME = "some"


class Observed(StrEnum):
    """For how much of a period an operator's list only observed, so that nothing was stopped (`action = "observe"`)."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


class Gap(StrEnum):
    """Why a figure is known not to be whole."""

    DAYS_MISSING = "days_missing"
    LINES_UNREAD = "lines_unread"
    RESOLVERS_MISSING = "resolvers_missing"
    NO_CLIENTS = "no_clients"
    METHOD_CHANGED = "method_changed"
    LIST_LATE = "list_late"
    OTHER = "other"


class Correction(StrEnum):
    """Why a figure replaces an earlier one of the same period."""

    LATE_DATA = "late_data"
    COUNTED_WRONG = "counted_wrong"
    WRONG_PERIOD = "wrong_period"
    CONTEXT_WRONG = "context_wrong"
    OTHER = "other"


class EventKind(StrEnum):
    """What may explain a step in a series, marked on its axis."""

    LIST_SOURCE = "list_source"
    OUTAGE = "outage"
    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    MERGER = "merger"
    METHOD = "method"
    OTHER = "other"


SUBSCRIPTIONS: Final = (0, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
"""Lower edges of the bands in which a member says how many subscriptions it has.

A band is about three times as high as it is low: from a count and its band nobody works out a metric per subscription to better
than that (those are secret metrics; docs/adr/0036).
"""


def band_of(subscriptions: int) -> int:
    """The lower edge of the band that so many subscriptions lie in."""
    return max(edge for edge in SUBSCRIPTIONS if edge <= max(subscriptions, 0))


def band_end(edge: int) -> int | None:
    """Where the band with this lower edge ends, None for the last."""
    return next((higher for higher in SUBSCRIPTIONS if higher > edge), None)
