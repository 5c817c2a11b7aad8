"""A web server inside a test."""

from __future__ import annotations

import ssl
import sys
from http.server import ThreadingHTTPServer
from typing import Any


class WebServer(ThreadingHTTPServer):
    """That a client goes, or does not trust the certificate, is part of many a story; every other fault is printed as ever."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong while a request was answered, unless it was the client that ended it."""
        if not client_ended(sys.exception()):
            super().handle_error(request, client_address)


def client_ended(error: BaseException | None) -> bool:
    """Whether the other side closed the connection, or sent an alert of TLS."""
    alert = isinstance(error, ssl.SSLError) and "ALERT" in str(getattr(error, "reason", ""))
    return alert or isinstance(error, ConnectionError | ssl.SSLEOFError)
