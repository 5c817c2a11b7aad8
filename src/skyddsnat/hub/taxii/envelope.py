"""The body of a POST: an envelope of objects, read no further than that."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from skyddsnat.hub.members.request import body_length
from skyddsnat.hub.taxii.refusals import (
    MAX_CONTENT_LENGTH,
    MOST_OBJECTS,
    NO_ENVELOPE,
    NO_LENGTH,
    NOT_JSON,
    TOO_LARGE,
    WRONG_TYPE,
    Refused,
)
from skyddsnat.protocols.taxii import is_taxii


def check_body(request: HttpRequest) -> None:
    """Whether the body is what it must be, by its headers alone.  Raises Refused: 411, 413, 415."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if not is_taxii(request.headers.get("Content-Type")) or encoding.strip().lower() != "identity":
        raise Refused(WRONG_TYPE)
    length = body_length(request)
    if length is None:
        raise Refused(NO_LENGTH)
    if length > MAX_CONTENT_LENGTH:
        raise Refused(TOO_LARGE)


def read_envelope(request: HttpRequest) -> list[Any]:
    """The objects.  A bundle is taken too, since it has the same `objects`.  Raises Refused: 400, 413, 422."""
    try:
        body = orjson.loads(request.body)
    except (orjson.JSONDecodeError, UnreadablePostError):
        raise Refused(NOT_JSON) from None
    except RequestDataTooBig:
        raise Refused(TOO_LARGE) from None
    things = body.get("objects") if isinstance(body, dict) else None
    if not isinstance(things, list) or not things:
        raise Refused(NO_ENVELOPE)
    if len(things) > MOST_OBJECTS:
        raise Refused(TOO_LARGE)
    return things
