"""The live set of each collection as this process last saw it, so that a head after a small change costs little.

What was live at a position never changes, since positions are in commit order; so a set is carried from one position to a later
one by the versions between them.  Nothing about rights is in here, and a process that starts reads everything anew.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.protocols.feedhead import SetDigest
from skyddsnat.protocols.liveset import LiveSet

KEPT: Final = 1_000_000
"""Indicators in all kept sets together, at some 140 octets each; the ones used longest ago go first."""

SMALL: Final = 900
"""Changed ids from which the whole set is read instead: below every database's limit on parameters."""


class LiveSets:
    """Collections' sets by their newest position."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, tuple[int, LiveSet]] = OrderedDict()
        self._lock = Lock()

    def digest(self, collection_id: UUID, position: int) -> SetDigest:
        """The digest as of one of the collection's positions.  One thread at a time: the others want the same answer."""
        with self._lock:
            known = self._kept.pop(collection_id, None)
            found = self._carried(collection_id, known, position) if known is not None else None
            if found is None:
                found = LiveSet(_entries(_live(collection_id, position)))
            newest = known if known is not None and known[0] > position else (position, found)
            self._kept[collection_id] = newest
            while len(self._kept) > 1 and sum(len(one) for _, one in self._kept.values()) > KEPT:
                self._kept.popitem(last=False)
            return found.digest

    @staticmethod
    def _carried(collection_id: UUID, known: tuple[int, LiveSet], position: int) -> LiveSet | None:
        """The kept set with what came since; None where it does not lead there or too much has come."""
        since, held = known
        if since > position:
            return None
        if since == position:
            return held
        between = ObjectVersion.objects.filter(collection_id=collection_id, added__gt=since, added__lte=position)
        ids = list(between.values_list("stix_id", flat=True)[: SMALL + 1])
        if len(ids) > SMALL:
            return None
        return held.changed(set(ids), _entries(_live(collection_id, position).filter(stix_id__in=set(ids))))


def _live(collection_id: UUID, position: int) -> QuerySet[ObjectVersion]:
    """The newest version of each indicator at that position, revoked ones left out."""
    return ObjectVersion.objects.filter(
        Q(superseded=None) | Q(superseded__gt=position),
        collection_id=collection_id,
        added__lte=position,
        type="indicator",
        revoked=False,
    )


def _entries(rows: QuerySet[ObjectVersion]) -> list[tuple[str, int, str]]:
    opened = ObjectVersion._meta.get_field("said").opener()
    parts = rows.values_list("stix_id", "version", "said", "added").iterator(chunk_size=5_000)
    return [(stix_id, version, opened(said, at)) for stix_id, version, said, at in parts]
