"""A channel to the hub for things that a member hands in: tried again where that may help, and the hub's own reason where not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import orjson

from skyddsnat.agent.answers import ATTEMPTS, WORTH_A_RETRY, Raw, ask
from skyddsnat.agent.config import HubConfig, Secret
from skyddsnat.agent.errors import HubError, Refused
from skyddsnat.protocols.shown import shown
from skyddsnat.site.http import hub_client


class Channel:
    """One hub, one token.  advice: what to do, by status; missing: where a token was looked for, and of which scope."""

    def __init__(
        self,
        hub: HubConfig,
        token: Secret,
        *,
        advice: Mapping[int, str],
        missing: str,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._hub = hub
        self._token = token
        self._advice = advice
        self._missing = missing
        self._sleep = sleep
        self._http = hub_client(
            hub.url,
            program="agent",
            seconds=hub.timeout_seconds,
            ca_file=hub.ca_file,
            refusal=HubError,
            headers={"Accept": "application/json"},
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def json(self, method: str, path: str, content: bytes | None = None) -> Any:
        """The answer as JSON.  Raises HubError."""
        try:
            return orjson.loads(self.ask(method, path, content))
        except orjson.JSONDecodeError as error:
            raise HubError("the hub's answer is not JSON; check url") from error

    def ask(self, method: str, path: str, content: bytes | None = None) -> bytes:
        """The answer's bytes; what is sent must be such that sending it twice does no harm.  Raises HubError."""
        failure: HubError | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(0.2 * 3 ** (attempt - 1))
            try:
                answer = self._once(method, path, content)
            except httpx.HTTPError as error:
                failure = HubError(f"hub {self._hub.url} not reached ({type(error).__name__}); try again")
                continue
            if answer.status in {200, 201}:
                return answer.body
            failure = self._refused(answer.status, answer.body)
            if answer.status not in WORTH_A_RETRY:
                break
        raise failure or HubError("the hub was not asked")

    def _once(self, method: str, path: str, content: bytes | None) -> Raw:
        token = self._token.read()
        if token is None:
            raise HubError(f"no token, expected one {self._missing}")
        headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": "application/json"} if content else {})
        return ask(self._http, method, path, headers=headers, content=content)

    def _refused(self, status: int, body: bytes) -> HubError:
        """The hub's own reason where it gives one (409, 422), in one printable line."""
        if (advice := self._advice.get(status)) is not None:
            return HubError(f"hub answered {status}: {advice}")
        try:
            said = orjson.loads(body)
            words = f"{said['title']}: {said['detail']}"
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return HubError(f"hub answered {status}: expected 200; try again, and tell the hub's operator if it stays")
        return Refused(f"hub answered {status}: {shown(words, longest=300)}", str(said.get("code", "")))
