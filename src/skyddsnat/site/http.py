"""Asking a hub: whose certificates are believed, and answers that are read no further than a limit."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import httpx

from skyddsnat.site.errors import SiteError


def certificates(ca_file: Path | None, *, refusal: type[SiteError]) -> ssl.SSLContext:
    """Whose certificates are believed.  Raises the refusal for a file that is none."""
    if ca_file is None:
        return everybody_s()
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:
        raise refusal(f"ca_file {ca_file} cannot be read, expected certificates in PEM") from error


@cache
def everybody_s() -> ssl.SSLContext:
    """httpx's own.  To read them is a hundredth of a second for each client that has none given."""
    return httpx.create_ssl_context()


def read_within(response: httpx.Response, most: int, *, refusal: type[SiteError]) -> bytes:
    """What a streamed answer holds, unpacked.  Raises httpx.HTTPError, and the refusal for more than `most` bytes."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most:
            raise refusal(f"the hub's answer is longer than {most} bytes; tell the hub's operator")
    return bytes(body)
