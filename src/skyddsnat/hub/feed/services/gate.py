"""What may stand in a collection, whoever writes it: the last look before the feed, independent of those who built the object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skyddsnat.hub.feed.models import Collection
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Ceiling, CollectionKind, Marking
from skyddsnat.protocols.stix import MARKING_IDS, properties_of

LOWEST = {
    CollectionKind.INBOX.value: Ceiling.NONE,
    CollectionKind.INFORM.value: Ceiling.INFORM,
    CollectionKind.VERIFIED.value: Ceiling.BLOCK,
}
"""The ceiling that a live indicator must have: all of `verified` may be blocked, and not every client reads ceilings."""


class FeedRefusal(PolicyRefusal):
    """An object that may not be written: a fault in the program or in the clock, never in what a person did."""


def check_object(collection: Collection, thing: Mapping[str, Any]) -> None:
    """Raises FeedRefusal: red (never leaves the web pages), ceiling (too low for this collection)."""
    if MARKING_IDS[Marking.RED] in thing.get("object_marking_refs", ()):
        raise FeedRefusal("red", f"{thing['type']} in {collection.kind}, expected AMBER+STRICT or wider")
    if thing["type"] != "indicator" or thing.get("revoked") is True:
        return
    ceiling = Ceiling.from_wire(properties_of(thing).get("ceiling"))
    if ceiling < LOWEST[collection.kind]:
        raise FeedRefusal("ceiling", f"{ceiling.wire} in {collection.kind}, expected {LOWEST[collection.kind].wire}")
