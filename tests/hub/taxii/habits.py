"""Five clients with their real habits, good and bad, each reading one collection while others write to it.

A habit is called again and again.  It gives what it got since it began, as a list, so that doubles and gaps show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from cytaxii2 import cytaxii2
from stix2 import Filter, TAXIICollectionSource
from taxii2client.v21 import Collection, Server, as_pages

TAXII = "application/taxii+json;version=2.1"
MEMBER = "alfa"
PAGE = 40

Seen = list[dict[str, Any]]
Habit = Callable[[], Seen]


def taxii2_client(base: str, token: str, collection: str) -> Habit:
    """taxii2-client: finds the collection by discovery, then walks by `as_pages`, which changes `limit` together with `next`."""
    roots = Server(f"{base}/taxii2/", user=MEMBER, password=token).api_roots
    source = next(found for found in roots[0].collections if found.id == collection)

    def look() -> Seen:
        pages = as_pages(source.get_objects, per_request=PAGE)
        return [thing for page in pages for thing in page.get("objects", [])]

    return look


def cytaxii2_client(base: str, token: str, collection: str) -> Habit:
    """cytaxii2: takes the root from discovery's `default`, and tells of faults in a dict."""
    client = cytaxii2.cytaxii2(discovery_url=f"{base}/taxii2/", username=MEMBER, password=token, version=2.1)

    def look() -> Seen:
        seen: Seen = []
        following = None
        while True:
            got = client.poll_request(
                collection_id=collection, added_after="2010-01-01T00:00:00Z", limit=PAGE, next=following
            )
            assert got["status"], got
            seen += got["response"].get("objects", [])
            following = got["response"].get("next")
            if not got["response"].get("more"):
                return seen

    return look


def stix2_source(base: str, token: str, collection: str) -> Habit:
    """stix2's TAXIICollectionSource: reads the first page alone, and looks objects up one by one."""
    url = f"{base}/taxii2/skyddsnat/collections/{collection}/"
    source = TAXIICollectionSource(Collection(url, user=MEMBER, password=token))

    def look() -> Seen:
        found = source.query([Filter("type", "=", "indicator")])
        assert not found or source.get(found[0]["id"])["id"] == found[0]["id"]
        return [
            {
                "type": "indicator",
                "id": one["id"],
                "modified": str(one["modified"]),
                "revoked": one.get("revoked", False),
            }
            for one in found
        ]

    return look


def added_after_pager(base: str, token: str, collection: str) -> Habit:
    """Knows `added_after` alone, and cuts the header to milliseconds; stays at the tail for ever."""
    session = _session(token)
    seen: Seen = []
    after = ["1970-01-01T00:00:00.000Z"]

    def look() -> Seen:
        while True:
            got = session.get(_objects(base, collection), params={"added_after": after[0], "limit": PAGE})
            page = got.json().get("objects", [])
            if not page:
                return seen
            seen.extend(page)
            after[0] = got.headers["X-TAXII-Date-Added-Last"][:23] + "Z"

    return look


def next_and_added_after(base: str, token: str, collection: str) -> Habit:
    """Like OpenCTI's connector: sends `added_after` with every page and `next` beside it; stays at the tail for ever."""
    session = _session(token)
    seen: Seen = []
    after = ["1970-01-01T00:00:00Z"]

    def look() -> Seen:
        following, last = None, after[0]
        while True:
            query = {"added_after": after[0], "limit": PAGE} | ({"next": following} if following else {})
            got = session.get(_objects(base, collection), params=query)
            body = got.json()
            seen.extend(body.get("objects", []))
            last = got.headers.get("X-TAXII-Date-Added-Last", last)
            following = body.get("next")
            if not body.get("more"):
                after[0] = last
                return seen

    return look


def _session(token: str) -> requests.Session:
    session = requests.Session()
    session.headers.update({"Accept": TAXII, "Authorization": f"Bearer {token}"})
    return session


def _objects(base: str, collection: str) -> str:
    return f"{base}/taxii2/skyddsnat/collections/{collection}/objects/"
