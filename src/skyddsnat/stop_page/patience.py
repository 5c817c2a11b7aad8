"""How long a connection may say nothing: whoever opens many and sends a byte now and then must not keep everybody else out."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS: Final = 10.0
"""From the connection, or from the answer before, to the end of a request's head."""

BODY_SECONDS: Final = 10.0
"""For a form to arrive."""


class Hasty(H11Protocol):
    """Uvicorn's own protocol, which waits for a request for ever, with an end to that."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A visitor has connected."""
        super().connection_made(transport)
        self._expect_another_than(None)

    def on_response_complete(self) -> None:
        """One request is answered.  Uvicorn's own wait for the next ends with the first byte of whatever comes."""
        answered = self.cycle
        super().on_response_complete()
        self._expect_another_than(answered)

    def _expect_another_than(self, before: RequestResponseCycle | None) -> None:
        self.loop.call_later(HEAD_SECONDS, self._close_if_nothing_came, before)

    def _close_if_nothing_came(self, before: RequestResponseCycle | None) -> None:
        if self.cycle is before and not self.transport.is_closing():
            self.transport.close()
