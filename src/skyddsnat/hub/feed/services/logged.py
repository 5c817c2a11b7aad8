"""Each published list stands in the log by its digest, so that nobody can be shown one that the log does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from skyddsnat.hub.audit.leaves import text_of
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.feed.models import Collection, ObjectVersion
from skyddsnat.hub.feed.queries import digest
from skyddsnat.hub.members.actor import HUB
from skyddsnat.protocols.feedhead import FORMAT

HEAD_PUBLISHED: Final = "feed.head_published"
LOOKED_THROUGH: Final = 500
"""Entries back: an agent asks about the list that it holds, which is one of the newest."""


def log_heads() -> int:
    """Log the newest state of each collection that has changed since the last time.  Returns how many did.

    Runs behind the publishing transactions, so that they wait for no digest.  Positions rise over all collections in commit
    order, hence the newest logged one tells what is new.  What was logged by digests of another format is logged once more.
    """
    newest = Entry.objects.filter(action=HEAD_PUBLISHED).order_by("-id").first()
    since = int(newest.facts["through"]) if newest and _of_today(newest) else 0
    changed = ObjectVersion.objects.filter(added__gt=since).exclude(collection__kind=Collection.Kind.INBOX)
    last = dict(changed.values_list("collection_id").annotate(last=Max("added")))
    heads = [(feed, digest(feed.pk, at=last[feed.pk])) for feed in Collection.objects.filter(pk__in=last)]
    with transaction.atomic():  # all or none: each entry says that everything up to the newest position is logged
        for feed, found in heads:
            record(
                HUB,
                HEAD_PUBLISHED,
                kind="collection",
                object_id=feed.pk,
                circle=feed.circle_id,
                format=FORMAT,
                position=found.position,
                count=found.set.count,
                sha256=found.set.sha256,
                content=found.set.content,
                through=max(last.values()),
            )
    return len(heads)


@dataclass(frozen=True, slots=True)
class LoggedHead:
    """The log's entry about a list: its place in the tree, and its text."""

    index: int
    text: str


def logged_head(collection_id: UUID, position: int) -> LoggedHead | None:
    """The entry about the collection's list at this position, once it has its place."""
    rows = Entry.objects.filter(action=HEAD_PUBLISHED, object_id=str(collection_id)).exclude(leaf_index=None)
    for row in rows.order_by("-id")[:LOOKED_THROUGH]:
        if _of_today(row) and row.facts["position"] == position and row.leaf_index is not None:
            return LoggedHead(row.leaf_index, text_of(row).decode())
    return None


def _of_today(row: Entry) -> bool:
    """Whether the entry's digests are those that heads have: the first release logged others, and named no format."""
    return bool(row.facts.get("format") == FORMAT)
