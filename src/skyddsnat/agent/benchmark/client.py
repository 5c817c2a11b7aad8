"""HTTP to the hub's rounds.  Answers are bounded, and believed only when they are checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import orjson

from skyddsnat.agent.channel import Channel
from skyddsnat.agent.config import HubConfig, Secret

ROOT: Final = "/api/bench/rounds"

_ADVICE: Final = {
    401: "token refused; let your engineer make a new one at the hub, scope shares, and write it to the token file",
    403: "token of the wrong scope, expected shares",
    404: "there is no such round, it is not one of yours, or what you ask for is not there yet",
    413: "what was sent is too large",
    429: "too many requests; wait, then try again",
}


class RoundsClient:
    """One hub's rounds, as this member sees them."""

    def __init__(
        self,
        hub: HubConfig,
        token: Secret,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        missing = f"in token_file of [benchmark] or in ${token.variable}; make it at the hub, scope shares"
        self._channel = Channel(hub, token, advice=_ADVICE, missing=missing, transport=transport, sleep=sleep)

    def close(self) -> None:
        """Close the connections."""
        self._channel.close()

    def rounds(self) -> Any:
        """The member's rounds and the key that signs receipts.  Raises HubError."""
        return self._channel.json("GET", ROOT)

    def specification(self, round: str) -> bytes:
        """The exact bytes that were signed.  Raises HubError."""
        return self._channel.ask("GET", f"{ROOT}/{round}/spec")

    def transcript(self, round: str) -> bytes:
        """JSON lines.  Raises HubError."""
        return self._channel.ask("GET", f"{ROOT}/{round}/transcript")

    def get(self, round: str, what: str) -> Any:
        """`approvals`, `submissions`, `positions` or `release` of a round.  Raises HubError."""
        return self._channel.json("GET", f"{ROOT}/{round}/{what}")

    def post(self, round: str, what: str, thing: Mapping[str, Any]) -> Any:
        """Hand in a submission or an objection; the very same one again is fine.  Raises HubError."""
        return self._channel.json("POST", f"{ROOT}/{round}/{what}", orjson.dumps(thing))
