"""Reads of signals.  Every one starts at `visible_to`.

listing.py   the list with its filters          queue.py     what waits for a reviewer
work.py      what My work shows                 history.py   what happened, in people's words
acts.py      what this person may do now          marks.py      what is unread
places.py    rows of the list and the queue   batches.py    acts on many
filters.py   saved filters                    overrides.py  proposals about protected names
"""

from skyddsnat.hub.signals.queries.filters import filters_of
from skyddsnat.hub.signals.queries.listing import on_visible, reveals_by_others, reveals_of_member, visible
from skyddsnat.hub.signals.queries.marks import desk_of, reads_signals, unread_count
from skyddsnat.hub.signals.queries.queue import disputes, free, queue_count
from skyddsnat.hub.signals.queries.work import (
    decided_feedback,
    expiring,
    my_submissions,
    my_submissions_count,
    open_feedback,
)

__all__ = [
    "decided_feedback",
    "desk_of",
    "disputes",
    "expiring",
    "filters_of",
    "free",
    "my_submissions",
    "my_submissions_count",
    "on_visible",
    "open_feedback",
    "queue_count",
    "reads_signals",
    "reveals_by_others",
    "reveals_of_member",
    "unread_count",
    "visible",
]
