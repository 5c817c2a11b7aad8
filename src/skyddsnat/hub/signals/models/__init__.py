"""Signals, what members report of them, how they are judged, what became of them, and each person's desk."""

from skyddsnat.hub.signals.models.desk import Batch, BatchRow, Desk, Mark, SavedFilter
from skyddsnat.hub.signals.models.false_stop import FalseStop
from skyddsnat.hub.signals.models.review import BlockRule, Review
from skyddsnat.hub.signals.models.signal import Signal, index_of, indexes_of
from skyddsnat.hub.signals.models.submission import ProtectOverride, Submission
from skyddsnat.hub.signals.models.trail import CanaryMet, Event, Feedback, Lookup, Reveal

__all__ = [
    "Batch",
    "BatchRow",
    "BlockRule",
    "CanaryMet",
    "Desk",
    "Event",
    "FalseStop",
    "Feedback",
    "Lookup",
    "Mark",
    "ProtectOverride",
    "Reveal",
    "Review",
    "SavedFilter",
    "Signal",
    "Submission",
    "index_of",
    "indexes_of",
]
