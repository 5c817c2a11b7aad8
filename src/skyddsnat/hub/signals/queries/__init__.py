"""Reads of signals.  Every one starts at `visible_to`.

listing.py   the list with its filters          queue.py     what waits for a reviewer
work.py      what My work shows                 history.py   what happened, in people's words
acts.py      what this person may do now
"""

from skyddsnat.hub.signals.queries.listing import reveals_of_member, visible
from skyddsnat.hub.signals.queries.queue import disputes, queue, queue_count
from skyddsnat.hub.signals.queries.work import expiring, my_submissions, open_feedback

__all__ = [
    "disputes",
    "expiring",
    "my_submissions",
    "open_feedback",
    "queue",
    "queue_count",
    "reveals_of_member",
    "visible",
]
