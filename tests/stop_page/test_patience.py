"""A connection that says nothing is closed, so that it keeps nobody out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from skyddsnat.demo.ports import free_port
from skyddsnat.stop_page import app, patience, serve
from tests.stop_page.conftest import FORM, Page, await_true

HEAD = b"POST /_stop/en/complaint HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def port(page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The page behind its own server, in a hurry."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(app, "BODY_SECONDS", 0.3)
    number = free_port()
    server = serve._server(page.service)
    thread = threading.Thread(target=server.run, args=([socket.create_server(("127.0.0.1", number))],))
    thread.start()
    await_true(lambda: server.started)
    yield number
    server.should_exit = True
    thread.join(timeout=60)


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHo", HEAD])
def test_whoever_sends_no_whole_head_is_let_go(port: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(begun)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("asked", ["", "Content-Length: 100\r\n"])
def test_whoever_was_answered_and_then_sends_no_whole_head_is_let_go(port: int, asked: str) -> None:
    """Uvicorn stops waiting for the end of an answered connection as soon as a byte of anything has come."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET /_stop/healthy HTTP/1.1\r\nHost: x\r\n{asked}\r\n".encode())
        told = b""
        while not told.endswith(b"ok\n"):
            told += connection.recv(1000)
        connection.sendall(b"GET / HTTP/1.1\r\nHo")
        assert connection.recv(1) == b""


def test_a_form_that_does_not_arrive_is_given_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nwhat=")
        assert connection.recv(100).startswith(b"HTTP/1.1 408")


def test_whoever_asks_is_answered_also_after_a_while(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/_stop/healthy").text == "ok\n"
        time.sleep(0.5)
        assert FORM.search(client.get("/_stop/en/complaint").text)
