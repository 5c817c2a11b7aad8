"""Everything that changes the feed, and its signed head.

publishing.py   new versions of objects, in commit order
clock.py        positions ahead of the clock: when that ends, and who says that the clock is right
gate.py         what may stand in a collection, whoever writes it
collections.py  the collections of members and circles, made when they are first needed
heads.py        the signed head
statuses.py     what became of a POST
"""

from skyddsnat.hub.feed.services.clock import Ahead, confirm_clock, how_far_ahead
from skyddsnat.hub.feed.services.collections import ensure_collections, ensure_inbox, issuer
from skyddsnat.hub.feed.services.gate import FeedRefusal
from skyddsnat.hub.feed.services.heads import signed_head
from skyddsnat.hub.feed.services.publishing import Written, publish
from skyddsnat.hub.feed.services.statuses import keep_status

__all__ = [
    "Ahead",
    "FeedRefusal",
    "Written",
    "confirm_clock",
    "ensure_collections",
    "ensure_inbox",
    "how_far_ahead",
    "issuer",
    "keep_status",
    "publish",
    "signed_head",
]
