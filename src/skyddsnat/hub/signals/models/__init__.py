"""Signals, what members report of them, how they are judged, and what became of them."""

from skyddsnat.hub.signals.models.review import BlockRule, Review
from skyddsnat.hub.signals.models.signal import Signal
from skyddsnat.hub.signals.models.submission import ProtectOverride, Submission
from skyddsnat.hub.signals.models.trail import Event, Feedback, Lookup, Reveal

__all__ = ["BlockRule", "Event", "Feedback", "Lookup", "ProtectOverride", "Reveal", "Review", "Signal", "Submission"]
