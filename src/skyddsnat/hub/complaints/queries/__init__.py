"""Reads of cases and complaints.  Every one starts at `visible_to`, or at the own member's complaints.

listing.py   the queue and one case          figures.py   how long each step took
work.py      what My work shows
"""

from skyddsnat.hub.complaints.queries.figures import (
    Measured,
    Steps,
    confirmed_in_year,
    corrections,
    measured,
    received_by,
    steps,
)
from skyddsnat.hub.complaints.queries.listing import Page, page_of, queue
from skyddsnat.hub.complaints.queries.work import to_answer, to_decide, waiting

__all__ = [
    "Measured",
    "Page",
    "Steps",
    "confirmed_in_year",
    "corrections",
    "measured",
    "page_of",
    "queue",
    "received_by",
    "steps",
    "to_answer",
    "to_decide",
    "waiting",
]
