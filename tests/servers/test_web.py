"""A test's own web server says what goes wrong in it, and nothing of clients that go."""

from __future__ import annotations

import ssl
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.servers.web import WebServer


def alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "printed"),
    [
        (BrokenPipeError(), False),
        (ConnectionResetError(), False),
        (alert("TLSV1_ALERT_UNKNOWN_CA"), False),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), False),
        (alert("NO_SHARED_CIPHER"), True),
        (KeyError("a fault of the server's own"), True),
    ],
)
def test_only_what_the_client_ended_is_left_unsaid(
    error: Exception, printed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    server = WebServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    try:
        raise error
    except type(error):
        server.handle_error(None, ("127.0.0.1", 1))
    finally:
        server.server_close()
    assert bool(capsys.readouterr().err) == printed


def test_no_other_web_server_is_made_in_tests() -> None:
    """Each would print a traceback into the suite's output whenever a client went."""
    here = Path(__file__)
    made = [
        path.name
        for path in here.parents[1].rglob("*.py")
        if path not in {here, here.with_name("web.py")} and "HTTPServer(" in path.read_text(encoding="utf-8")
    ]
    assert made == []
