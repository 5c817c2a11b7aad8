"""Asking a hub: whose certificates are believed, and answers that are read no further and no longer than a limit."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import httpx

import skyddsnat
from skyddsnat.site.errors import SiteError

PACKING: Final = "gzip"
"""Asked for, and alone unpacked: in one layer a thousandth of the octets, where a list of layers has no bound at all."""


def hub_client(
    url: str,
    *,
    program: str,
    seconds: float,
    ca_file: Path | None,
    refusal: type[SiteError],
    headers: Mapping[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """Connections to one hub that are never led elsewhere.  seconds: for each step; program: who asks.

    Raises the refusal for a ca_file that is none.
    """
    client = httpx.Client(
        base_url=url,
        timeout=seconds,
        follow_redirects=False,
        headers={
            "User-Agent": f"skyddsnat-{program}/{skyddsnat.__version__}",
            "Accept-Encoding": PACKING,
            **(headers or {}),
        },
        verify=certificates(ca_file, refusal=refusal),
        transport=transport,
    )
    if transport is None:
        from skyddsnat.site.answer_time import limit_answers  # what it needs httpx has loaded by now

        limit_answers(client)
    return client


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
    if response.headers.get("Content-Encoding", PACKING).strip().lower() not in {PACKING, "identity", ""}:
        raise refusal("the hub's answer is packed in a way that was not asked for; tell the hub's operator")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most:
            raise refusal(f"the hub's answer is longer than {most} bytes; tell the hub's operator")
    return bytes(body)
