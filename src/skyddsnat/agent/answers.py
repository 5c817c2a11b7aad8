"""One request to the hub, with an answer that is bounded: what a hub sends is read no further than a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from skyddsnat.agent.config import HubConfig
from skyddsnat.agent.errors import HubError

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
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LONGEST:
                raise HubError(f"the hub's answer is longer than {LONGEST} bytes; tell the hub's operator")
        return Raw(response.status_code, response.headers, bytes(body))


def trust(config: HubConfig) -> Any:
    """Whose certificates are believed, as httpx takes it.  Raises HubError."""
    if config.ca_file is None:
        return True
    try:
        return httpx.create_ssl_context(verify=str(config.ca_file))
    except OSError as error:
        raise HubError(f"ca_file {config.ca_file} cannot be read, expected certificates in PEM") from error
