"""The signed head: the hub's word on what a collection holds, fresh to the second."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from skyddsnat.hub.feed.keys import load_key
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.feed.queries import digest_at, last_position
from skyddsnat.protocols.feedhead import FeedHead, SignedHead, sign


def signed_head(collection: Collection, *, now: datetime) -> SignedHead:
    """The collection's head, signed now.  Raises ImproperlyConfigured if the key cannot be used."""
    position = last_position(collection.pk)
    return _sign(collection.pk, position, now.replace(microsecond=0), settings.FEED_KEY_FILE)


@lru_cache(maxsize=1024)
def _sign(collection_id: UUID, position: int, second: datetime, key: Path) -> SignedHead:
    # The first statement saw `position`, and nothing at or below it can still appear: that is what the commit-order lock is for.
    found = digest_at(collection_id, position).set
    head = FeedHead(
        collection=collection_id,
        position=position,
        count=found.count,
        sha256=found.sha256,
        content=found.content,
        time=second,
    )
    return sign(head, load_key(key))
