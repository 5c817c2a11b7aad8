"""A member's machine: a TAXII client of a few lines, so that the story sees status codes as they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.protocols.stix import EXTENSION_ID
from skyddsnat.site.http import everybody_s

MEDIA = "application/taxii+json;version=2.1"


class Machine:
    """One member's machine with one token."""

    def __init__(self, root: str, *, member: str, token: str) -> None:
        self._root = root.rstrip("/")
        self._http = httpx.Client(auth=(member, token), headers={"Accept": MEDIA}, verify=everybody_s(), timeout=30)

    def close(self) -> None:
        self._http.close()

    def status_of(self, collection: str) -> httpx.Response:
        """What reading a collection answers."""
        return self._http.get(f"{self._root}/collections/{collection}/objects/")

    def titles(self) -> list[str]:
        """Titles of the collections that the token opens.  Raises Unexpected."""
        answer = self._http.get(f"{self._root}/collections/")
        if answer.status_code != httpx.codes.OK:
            raise Unexpected(f"the list of collections answered {answer.status_code}, expected 200")
        return [one["title"] for one in answer.json().get("collections", [])]

    def objects(self, collection: str, *, kind: str = "indicator") -> Iterator[dict[str, Any]]:
        """Every object of a type, page by page.  Raises Unexpected."""
        asked: dict[str, str] = {"match[type]": kind, "limit": "1000"}
        while True:
            answer = self._http.get(f"{self._root}/collections/{collection}/objects/", params=asked)
            if answer.status_code != httpx.codes.OK:
                raise Unexpected(f"a collection answered {answer.status_code}, expected 200")
            page = answer.json()
            yield from page.get("objects", [])
            if not page.get("more"):
                return
            asked["next"] = page["next"]

    def submit(self, inbox: str, pattern: str, **properties: str) -> None:
        """Hand in one indicator.  Raises Unexpected when it is not taken."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        thing = {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--{uuid.uuid4()}",
            "created": now,
            "modified": now,
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": now,
            **(
                {"extensions": {EXTENSION_ID: {"extension_type": "property-extension", **properties}}}
                if properties
                else {}
            ),
        }
        answer = self._http.post(
            f"{self._root}/collections/{inbox}/objects/",
            json={"objects": [thing]},
            headers={"Content-Type": MEDIA},
        )
        if answer.status_code != httpx.codes.ACCEPTED or answer.json().get("success_count") != 1:
            raise Unexpected(f"an object was answered with {answer.status_code}, expected 202 and one success")


def holds(objects: Iterator[dict[str, Any]], name: str) -> bool:
    """Whether a live indicator among them is about the name."""
    return any(f"'{name}'" in thing["pattern"] and not thing.get("revoked") for thing in objects)
