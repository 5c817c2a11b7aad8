"""What a client is told when it does not get what it asked for.  Fixed texts: nothing of the request is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from skyddsnat.hub.accounts.pace import AGAIN_IN
from skyddsnat.hub.outage import COME_BACK
from skyddsnat.protocols.taxii import TAXII_TYPE

MAX_CONTENT_LENGTH: Final = 10 * 1024 * 1024
"""Bytes of a POST."""

MOST_OBJECTS: Final = 5_000
"""Objects in a POST."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error message.  headers: what goes with it."""

    status: int
    title: str
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


UNAVAILABLE: Final = Refusal(
    503,
    "Unavailable",
    "The hub's database cannot just now. Nothing was kept; send the same again later.",
    headers={"Retry-After": COME_BACK},
)
"""A disk that is full, a database server that is away."""

AT_THE_SAME_MOMENT: Final = Refusal(
    503,
    "Unavailable",
    "Another request wrote the same at the same moment. Nothing was kept of this one; send it again.",
    headers={"Retry-After": COME_BACK},
)


class Refused(Exception):
    """Leaves a view with an error message."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.title)
        self.refusal = refusal


NOT_SIGNED_IN: Final = Refusal(
    401,
    "Token missing or not valid",
    "Send HTTP Basic (member id and token) or Bearer with a token of scope taxii that has not expired.",
    {"WWW-Authenticate": 'Basic realm="skyddsnat", charset="UTF-8", Bearer realm="skyddsnat"'},
)
NOT_FOUND: Final = Refusal(404, "Not found", "There is no such resource, or it is not yours to read.")
NOT_ACCEPTABLE: Final = Refusal(406, "Not acceptable", f"Accept must allow {TAXII_TYPE}.")
WRONG_TYPE: Final = Refusal(415, "Unsupported media type", f"Content-Type must be {TAXII_TYPE}, not encoded.")
TOO_LARGE: Final = Refusal(
    413, "Too large", f"Send at most {MAX_CONTENT_LENGTH} bytes and {MOST_OBJECTS} objects at a time."
)
NO_LENGTH: Final = Refusal(411, "Length required", "Send Content-Length.")
READ_ONLY: Final = Refusal(403, "Read-only", "Feeds are written by the hub alone; hand in to your own inbox.")
NOTHING_IS_DELETED: Final = Refusal(403, "Nothing is deleted", "Withdraw your report on its page in the hub.")
NOT_JSON: Final = Refusal(400, "Not JSON", "The body was not read, expected a TAXII envelope in UTF-8.")
NO_ENVELOPE: Final = Refusal(
    422, "Not an envelope", 'The body is JSON, but not {"objects": [...]} with one object or more.'
)
TOO_OFTEN: Final = Refusal(
    429,
    "Too often",
    "Too much of what was posted with this token within a minute was refused. Mend it, and post again in a minute.",
    {"Retry-After": str(AGAIN_IN)},
)
HTTPS_ONLY: Final = Refusal(403, "Only over https", "This hub answers over https alone.")


def not_allowed(methods: str) -> Refusal:
    """405.  methods: those that the resource has, for Allow."""
    return Refusal(405, "Method not allowed", headers={"Allow": methods})


def bad_request(description: str) -> Refusal:
    """400.  description: a text that repeats no value."""
    return Refusal(400, "Bad request", description)


def fault(incident: str) -> Refusal:
    """500.  incident: what the operator finds in the log."""
    return Refusal(500, "Internal fault", f"Tell the hub's operator: incident {incident}.")
