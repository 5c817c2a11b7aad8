"""The request as a page sees it behind the sign-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


LONGEST_LENGTH = 15
"""Digits of a header that says how long a body is."""


class SignedInRequest(HttpRequest):
    """A request that accounts.middleware.RequireSignIn has let through: `user` is a person, never anonymous.

    A name for the type checker; nothing makes objects of this class.
    """

    user: Person


def number_in(text: str) -> int | None:
    """A number that a form or an address brought, up to nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def body_length(request: HttpRequest) -> int | None:
    """How many bytes the header promises; None where it says nothing, or what is no length."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_LENGTH else None


def is_longer(request: HttpRequest, most: int) -> bool:
    """Whether the body is longer than a route takes, or does not say how long it is."""
    length = body_length(request)
    return length is None or length > most


def json_object(request: HttpRequest, *, most: int) -> dict[str, Any]:
    """The JSON object in the body; an empty one for anything else, or for more than `most` bytes."""
    if len(request.body) > most:
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
