"""When an operator's customers look things up: more in the evening than at night, more on weekdays than at weekends."""

from __future__ import annotations

from datetime import datetime

HOURS = (3, 2, 1, 1, 1, 2, 4, 6, 7, 7, 8, 8, 9, 9, 8, 9, 10, 12, 14, 17, 19, 20, 16, 9)
"""Weights of the hours of a day, in UTC."""
WEEKDAYS = (1.05, 1.0, 1.0, 1.05, 1.1, 0.9, 0.9)
"""Of the days of a week, from Monday on."""


def busyness(at: datetime) -> float:
    """How busy this hour is beside the mean hour of a week, which is 1."""
    hour, day = HOURS[at.hour] / sum(HOURS), WEEKDAYS[at.weekday()] / sum(WEEKDAYS)
    return len(HOURS) * len(WEEKDAYS) * hour * day
