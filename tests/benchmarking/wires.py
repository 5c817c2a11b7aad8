"""The network between: relays that pass bytes on and keep them, and the hub behind one of them."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

log = logging.getLogger("hub.server")


class Relay:
    """Passes a port on to another and keeps what goes either way.

    kept: all of it, each direction of a connection whole.  delay: the seconds to hold back each piece.
    """

    def __init__(
        self, listen: tuple[str, int], target: tuple[str, int], *, delay: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._target = target
        self._delay = delay
        self._streams: list[bytearray] = []
        self._server = socket.create_server(listen)
        self.address = self._server.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def kept(self) -> bytes:
        return b"\n".join(bytes(each) for each in self._streams)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:  # nobody listens there yet
                near.close()
                continue
            for source, goal in ((near, far), (far, near)):
                stream = bytearray()
                self._streams.append(stream)
                threading.Thread(target=self._pump, args=[source, goal, stream], daemon=True).start()

    def _pump(self, source: socket.socket, goal: socket.socket, stream: bytearray) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(1 << 16):
                stream += chunk
                time.sleep(self._delay())
                goal.sendall(chunk)
        for each, how in ((source, socket.SHUT_RDWR), (goal, socket.SHUT_WR)):
            with contextlib.suppress(OSError):
                each.shutdown(how)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        log.info(format, *args)


class HubServer:
    """The hub on loopback, behind a relay.  Requests are answered one after the other by the thread that has its database."""

    def __init__(self) -> None:
        self._server = WSGIServer(("127.0.0.1", 0), _Quiet)
        self._server.timeout = 0.05
        self._server.set_app(self._answer)
        self._application = get_wsgi_application()
        host, port = self._server.server_address[:2]
        self.relay = Relay(("127.0.0.1", 0), (str(host), int(port)))
        self.url = f"http://127.0.0.1:{self.relay.address[1]}"

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("Date", format_datetime(timezone.now(), usegmt=True))], *more)

        answer: Iterable[bytes] = self._application(environ, begin)
        return answer

    def serve(self, until: Callable[[], bool], *, seconds: float = 300.0) -> None:
        """Answer requests until something holds."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "the round did not come so far in time"
            self._server.handle_request()

    def ask(self, method: str, path: str, token: str, body: Any = None) -> httpx.Response:
        """Somebody's request, over the wire."""
        with ThreadPoolExecutor(1) as elsewhere:
            headers = {"Authorization": f"Bearer {token}"}
            asked = elsewhere.submit(httpx.request, method, self.url + path, headers=headers, json=body, timeout=60)
            self.serve(asked.done)
            return asked.result()

    def close(self) -> None:
        self.relay.close()
        self._server.server_close()
