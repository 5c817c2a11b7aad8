"""One request to the hub, with an answer that is bounded: what a hub sends is read no further than a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from skyddsnat.agent.errors import HubError
from skyddsnat.site.http import read_within

ATTEMPTS: Final = 3
WORTH_A_RETRY: Final = frozenset({429, 502, 503, 504})
LONGEST: Final = 64 * 1024 * 1024
"""Bytes, unpacked.  A page of a thousand objects has about one million."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What came, not yet read."""

    status: int
    headers: httpx.Headers
    body: bytes


def ask(http: httpx.Client, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None) -> Raw:
    """Ask once.  Raises httpx.HTTPError where nobody answers, HubError for an answer without an end."""
    with http.stream(method, url, headers=headers, content=content) as response:
        return Raw(response.status_code, response.headers, read_within(response, LONGEST, refusal=HubError))
