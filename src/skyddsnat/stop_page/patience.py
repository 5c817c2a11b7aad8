"""How long a connection may say nothing: whoever opens many and sends a byte now and then must not keep everybody else out."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0
"""From the connection to the end of the request's head."""

BODY_SECONDS: Final = 10.0
"""For a form to arrive."""


class Hasty(H11Protocol):
    """Uvicorn's own protocol, which waits for a request for ever, with an end to that."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A visitor has connected."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._close_if_nothing_came)

    def _close_if_nothing_came(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()
