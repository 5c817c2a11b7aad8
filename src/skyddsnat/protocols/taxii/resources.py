"""The bodies of TAXII's answers, as bytes of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from skyddsnat.protocols.stix.moments import position_time, stix_time_us
from skyddsnat.protocols.taxii.cursor import write_cursor
from skyddsnat.protocols.taxii.media import TAXII_TYPE

STIX_TYPE: Final = "application/stix+json;version=2.1"
API_VERSION: Final = TAXII_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """A collection as one reader sees it: what it may do there differs from member to member."""

    id: UUID
    title: str
    description: str
    can_read: bool
    can_write: bool


@dataclass(frozen=True, slots=True)
class Success:
    """An object that was taken in.  version: microseconds, 0 for one without.  message: what became of it, in plain words."""

    id: str
    version: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An object that was not, and why, in words that repeat no value."""

    id: str
    version: int
    message: str


def discovery(*, title: str, description: str, default: str, roots: Sequence[str]) -> bytes:
    """The way in.  default: absolute URL of the API root that clients take if nobody chose one."""
    return orjson.dumps({"title": title, "description": description, "default": default, "api_roots": list(roots)})


def api_root(*, title: str, description: str, max_content_length: int) -> bytes:
    """An API root.  max_content_length: bytes of a POST."""
    return orjson.dumps(
        {
            "title": title,
            "description": description,
            "versions": [API_VERSION],
            "max_content_length": max_content_length,
        }
    )


def _collection(facts: CollectionFacts) -> dict[str, Any]:
    return {
        "id": str(facts.id),
        "title": facts.title,
        "description": facts.description,
        "can_read": facts.can_read,
        "can_write": facts.can_write,
        "media_types": [STIX_TYPE],
    }


def collection(facts: CollectionFacts) -> bytes:
    """One collection."""
    return orjson.dumps(_collection(facts))


def collections(all_of_them: Iterable[CollectionFacts]) -> bytes:
    """The collections that a reader may know of."""
    found = [_collection(facts) for facts in all_of_them]
    return orjson.dumps({"collections": found} if found else {})


def envelope(raws: Sequence[str], *, following: int | None) -> bytes:
    """A page of objects from their ready JSON, which is not parsed again.

    following: position of the last object where more follow; `more` never comes without `next`, on which clients loop.
    """
    if not raws:
        return b"{}"
    more = f'"more":true,"next":"{write_cursor(following)}",' if following is not None else ""
    return f'{{{more}"objects":[{",".join(raws)}]}}'.encode()


def manifest_entry(stix_id: str, *, added: int, version: int) -> dict[str, str]:
    """An object's row in a manifest.  version: 0 is an object without one, which goes by its position."""
    return {
        "id": stix_id,
        "date_added": position_time(added),
        "version": stix_time_us(version) if version else position_time(added),
        "media_type": STIX_TYPE,
    }


def manifest(entries: Sequence[dict[str, str]], *, following: int | None) -> bytes:
    """A page of a manifest; paged like the objects."""
    return _listing("objects", entries, following)


def versions(texts: Sequence[str], *, following: int | None) -> bytes:
    """The versions of one object, oldest position first."""
    return _listing("versions", texts, following)


def _listing(name: str, items: Sequence[Any], following: int | None) -> bytes:
    if not items:
        return b"{}"
    more = {"more": True, "next": write_cursor(following)} if following is not None else {}
    return orjson.dumps({**more, name: list(items)})


def status(status_id: UUID, *, requested: int, successes: Sequence[Success], failures: Sequence[Failure]) -> bytes:
    """What became of a POST, object by object.  It is complete at once.  requested: microseconds."""
    body: dict[str, Any] = {
        "id": str(status_id),
        "status": "complete",
        "request_timestamp": position_time(requested),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }
    for name, items in (("successes", successes), ("failures", failures)):
        if items:
            body[name] = [_detail(item, requested) for item in items]
    return orjson.dumps(body)


def _detail(item: Success | Failure, requested: int) -> dict[str, str]:
    found = {
        "id": item.id,
        "version": stix_time_us(item.version) if item.version else position_time(requested),
    }
    return found | {"message": item.message} if item.message else found


def error(title: str, http_status: int, *, description: str = "") -> bytes:
    """An error message (TAXII 2.1 § 3.6.1).  Its texts are fixed; nothing of the request is repeated in it."""
    body = {"title": title, "http_status": str(http_status)}
    return orjson.dumps(body | {"description": description} if description else body)
