"""The signed head and the digest of a collection: our own addition to TAXII (docs/taxii.md)."""

from __future__ import annotations

import re

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from skyddsnat.hub.accounts.tokens import MachineReader
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services import signed_head
from skyddsnat.hub.taxii.answers import CACHE, answer
from skyddsnat.hub.taxii.refusals import Refused, bad_request
from skyddsnat.hub.taxii.views.collections import readable
from skyddsnat.protocols.feedhead import FORMAT
from skyddsnat.protocols.stix import BadMoment, read_moment

_POSITION = re.compile(r"[0-9]{1,17}", re.ASCII)
_NOW = 10**17 - 1
"""A position behind all others."""


def head(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """What the hub says that the collection holds, signed now."""
    found = signed_head(readable(reader, collection_id), now=timezone.now())
    return answer(request, orjson.dumps(found.document()), headers={"Cache-Control": f"{CACHE}, no-cache"})


def digest(request: HttpRequest, reader: MachineReader, collection_id: str) -> HttpResponse:
    """The digest of the live indicators as of a position: `at`, as X-TAXII-Date-Added-Last or in microseconds; else now."""
    collection = readable(reader, collection_id)
    found = feeds.digest(collection.pk, at=_at(request))
    body = {
        "format": FORMAT,
        "position": found.position,
        "count": found.set.count,
        "sha256": found.set.sha256,
        "content": found.set.content,
    }
    return answer(request, orjson.dumps(body))


def _at(request: HttpRequest) -> int:
    text = request.GET.get("at", "")
    if not text:
        return _NOW
    if _POSITION.fullmatch(text):
        return int(text)
    try:
        return read_moment(text)
    except BadMoment as fault:
        raise Refused(bad_request(f"at: {fault.message}, or a position in microseconds")) from None
