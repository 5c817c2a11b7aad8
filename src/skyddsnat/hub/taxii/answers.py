"""Answers as HTTP: one media type, no shared caches, gzip for who asks, an ETag from the collection's highest position."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from skyddsnat.hub.taxii.refusals import Refusal
from skyddsnat.protocols.stix import position_time
from skyddsnat.protocols.taxii import TAXII_TYPE, accepts_gzip, error, matches_etag, write_cursor

VARY = "Accept, Authorization, Accept-Encoding"
CACHE = "private, no-transform"
WORTH_PACKING = 1_000
"""Bytes below which gzip gains nothing."""


def answer(
    request: HttpRequest, body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A body of TAXII JSON."""
    packed = len(body) >= WORTH_PACKING and accepts_gzip(request.headers.get("Accept-Encoding"))
    content = gzip.compress(body, compresslevel=1, mtime=0) if packed else body
    response = HttpResponse(content, status=status, content_type=TAXII_TYPE)
    response["Content-Length"] = str(len(content))
    if packed:
        response["Content-Encoding"] = "gzip"
    return _common(response, headers)


def unchanged(etag: str) -> HttpResponse:
    """304: the client has what there is."""
    response = HttpResponse(status=304)
    del response["Content-Type"]
    return _common(response, {"ETag": etag})


def refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """An error message."""
    body = error(refused.title, refused.status, description=refused.description)
    return answer(request, body, status=refused.status, headers=refused.headers)


def etag_of(position: int) -> str:
    """The ETag of whatever is read from a collection whose highest position this is: any write changes it.

    Weak, because the same content goes out packed and plain.
    """
    return f'W/"{write_cursor(position)}"'


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the client has this state already."""
    return matches_etag(request.headers.get("If-None-Match"), etag)


def span(positions: list[int]) -> dict[str, str]:
    """TAXII's two headers: the first and the last position on the page; none for an empty page."""
    if not positions:
        return {}
    return {
        "X-TAXII-Date-Added-First": position_time(positions[0]),
        "X-TAXII-Date-Added-Last": position_time(positions[-1]),
    }


def _common(response: HttpResponse, headers: Mapping[str, str] | None) -> HttpResponse:
    response["Cache-Control"] = CACHE
    response["Vary"] = VARY
    for name, value in (headers or {}).items():
        response[name] = value
    return response
