"""Collections, as the one who asks may see them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.taxii.answers import answer
from skyddsnat.hub.taxii.names import read_uuid
from skyddsnat.hub.taxii.refusals import NOT_FOUND, Refused
from skyddsnat.policy.access import may_read_feed, may_write_feed
from skyddsnat.protocols import taxii

DESCRIPTIONS = {
    Collection.Kind.INBOX: "What you hand in, and what became of it. Nobody else reads this.",
    Collection.Kind.INFORM: "Known to the circle. Nothing may be blocked for being in this collection.",
    Collection.Kind.VERIFIED: "Verified, with a ceiling of block. All of this collection may be blocked.",
}


def every(request: HttpRequest, reader: MachineReader) -> HttpResponse:
    """All that the reader may read, and no trace of the rest."""
    found = feeds.collections_for(reader.member_id, circles=reader.circles)
    return answer(request, taxii.collections(_facts(reader, collection) for collection in found))


def one(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """One of them."""
    return answer(request, taxii.collection(_facts(reader, readable(reader, collection_id))))


def readable(reader: MachineReader, collection_id: str) -> Collection:
    """The collection, if the reader may read it.  Raises NOT_FOUND for an unknown one and for one of others alike."""
    key = read_uuid(collection_id)
    found = feeds.collection_for(reader.member_id, key, circles=reader.circles) if key else None
    if found is None:
        raise Refused(NOT_FOUND)
    return found


def _facts(reader: MachineReader, collection: Collection) -> taxii.CollectionFacts:
    return taxii.CollectionFacts(
        id=collection.pk,
        title=collection.title,
        description=DESCRIPTIONS[Collection.Kind(collection.kind)],
        can_read=may_read_feed(reader.member_id, reader.circles, collection.facts),
        can_write=may_write_feed(reader.member_id, collection.facts),
    )
