"""What is asked of a hub: an answer without an end is not read to its end, and a file of certificates is one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from skyddsnat.site.errors import SiteError
from skyddsnat.site.http import certificates, read_within


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 100


def test_an_answer_without_an_end_is_refused() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=endless()))
    with (
        httpx.Client(transport=transport) as client,
        client.stream("GET", "http://hub.example/") as response,
        pytest.raises(SiteError, match="longer than 1000 bytes"),
    ):
        read_within(response, 1000, refusal=SiteError)


def test_one_within_the_limit_is_whole() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=b"x" * 1000))
    with httpx.Client(transport=transport) as client, client.stream("GET", "http://hub.example/") as response:
        assert read_within(response, 1000, refusal=SiteError) == b"x" * 1000


def test_certificates_come_from_a_file_or_from_the_system(tmp_path: Path) -> None:
    found = certificates(None, refusal=SiteError)
    assert (found.verify_mode, found.check_hostname, found.get_ca_certs() != []) == (ssl.CERT_REQUIRED, True, True)
    with pytest.raises(SiteError, match="expected certificates in PEM"):
        certificates(tmp_path / "none.pem", refusal=SiteError)
