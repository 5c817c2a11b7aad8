"""What is asked of a hub: an answer without an end is not read to its end, and a file of certificates is one."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from skyddsnat.site import answer_time
from skyddsnat.site.errors import SiteError
from skyddsnat.site.http import certificates, hub_client, read_within

HUB = "http://hub.example/"


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 100


def read(url: str, most: int, transport: httpx.BaseTransport | None = None) -> bytes:
    """An answer of the hub at that address."""
    with (
        hub_client(url, program="test", seconds=60, ca_file=None, refusal=SiteError, transport=transport) as client,
        client.stream("GET", "/") as response,
    ):
        return read_within(response, most, refusal=SiteError)


def test_an_answer_without_an_end_is_refused() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=endless()))
    with pytest.raises(SiteError, match="longer than 1000 bytes"):
        read(HUB, 1000, transport)


def test_one_within_the_limit_is_whole() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=b"x" * 1000))
    assert read(HUB, 1000, transport) == b"x" * 1000


@pytest.mark.parametrize("packing", ["gzip", "GZip", "identity", ""])
def test_an_answer_is_unpacked_in_the_one_way_that_was_asked_for(packing: str) -> None:
    content = gzip.compress(b"said") if packing.lower() == "gzip" else b"said"

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "gzip"
        return httpx.Response(200, headers={"Content-Encoding": packing}, content=iter([content]))

    assert read(HUB, 1000, httpx.MockTransport(answer)) == b"said"


@pytest.mark.parametrize("packing", ["gzip, gzip", "deflate", "br", "zstd"])
def test_packing_in_layers_or_in_another_way_is_refused_unread(packing: str) -> None:
    """Two layers make two gigabytes out of two kilobytes before their length is known."""
    asked: list[str] = []

    def never() -> Iterator[bytes]:
        asked.append("body")
        yield b""

    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers={"Content-Encoding": packing}, content=never()))
    with pytest.raises(SiteError, match="was not asked for"):
        read(HUB, 1000, answer)
    assert asked == []


@pytest.mark.parametrize(
    "slow", [b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"], ids=["head", "body"]
)
def test_an_answer_that_drips_in_ends_though_each_read_of_it_brings_something(
    slow: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_time, "SECONDS", 0.3)
    done = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(slow)
            while not done.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        hub = threading.Thread(target=drip)
        hub.start()
        try:
            with pytest.raises(httpx.ReadTimeout):
                read(f"http://127.0.0.1:{listener.getsockname()[1]}", 1 << 20)
        finally:
            done.set()
            hub.join()


def test_certificates_come_from_a_file_or_from_the_system(tmp_path: Path) -> None:
    found = certificates(None, refusal=SiteError)
    assert (found.verify_mode, found.check_hostname, found.get_ca_certs() != []) == (ssl.CERT_REQUIRED, True, True)
    with pytest.raises(SiteError, match="expected certificates in PEM"):
        certificates(tmp_path / "none.pem", refusal=SiteError)
