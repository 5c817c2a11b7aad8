"""What of a request the service never sees: who asks, with what, from where, and under which name.

Everything else in this package lies behind it, so no page, log or fault can hold a visitor's address or device.
"""

from __future__ import annotations

import logging
import traceback
from typing import Final
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("skyddsnat.stop_page")

SEEN: Final = frozenset({b"accept", b"accept-language", b"content-type", b"content-length"})
"""The headers that are let through."""

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"browsing-topics=(), camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"vary", b"accept-language"),
)


class Blind:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, *, csp: str) -> None:
        self._app = app
        self._headers = [*HEADERS, (b"content-security-policy", csp.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        bare = {
            **scope,
            "client": None,
            "server": None,
            "query_string": b"",
            "headers": [pair for pair in scope["headers"] if pair[0] in SEEN],
        }
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        try:
            await self._app(bare, receive, dressed)
        except Exception as error:  # noqa: BLE001 - the rim: a fault's text could quote what a visitor typed in
            _tell(error)
            if not begun:
                await dressed({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
                await send({"type": "http.response.body", "body": b""})


def _tell(error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    log.error("incident %s: %s in %s, line %s", uuid4().hex[:8], type(error).__name__, last.name, last.lineno)
