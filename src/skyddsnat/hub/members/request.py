"""The request as a page sees it behind the sign-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class SignedInRequest(HttpRequest):
    """A request that accounts.middleware.RequireSignIn has let through: `user` is a person, never anonymous.

    A name for the type checker; nothing makes objects of this class.
    """

    user: Person


def number_in(text: str) -> int | None:
    """A number that a form or an address brought, up to nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def json_object(request: HttpRequest, *, most: int) -> dict[str, Any]:
    """The JSON object in the body; an empty one for anything else, or for more than `most` bytes."""
    if len(request.body) > most:
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
