"""HTTP to the hub.  The party asks; the hub never reaches in.  Answers are bounded, and believed only when they are checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from skyddsnat.party.config import HubConfig
from skyddsnat.party.errors import ConfigError, HubError, Refused
from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.statement import SignedStatement
from skyddsnat.site.http import hub_client, read_within

ROOT = "/api/bench/rounds"
ATTEMPTS = 3
WORTH_A_RETRY = frozenset({429, 502, 503, 504})
LONGEST = 256 * 1024 * 1024
MOST_ROUNDS = 500

_ADVICE = {
    401: "token refused; make a new one at the hub, scope party, and write it to the token file",
    403: "token of the wrong scope, expected party",
    404: "not found; check url, and that this party takes part in the round",
    409: "the hub does not take it in the round's present state",
    422: "the hub does not read it; the two programs may be of different versions",
    429: "too many requests; raise poll_seconds",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A round as the hub lists it for this party.  spec: SHA-256 (hex).  wanted: kinds of statements that the hub waits for.
    abort: why it says that the round has ended, "" while it has not.
    """

    id: str
    state: str
    spec: str
    wanted: frozenset[str] = frozenset()
    abort: str = ""


class HubClient:
    """One hub.  Retries what may pass by itself; tells plainly what will not."""

    def __init__(
        self,
        config: HubConfig,
        *,
        clock: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._config = config
        self._clock = clock
        self._sleep = sleep
        self.skew: timedelta | None = None
        """By how much the hub's clock was ahead of ours at its last answer."""
        self._http = hub_client(
            config.url,
            program="party",
            seconds=config.timeout_seconds,
            ca_file=config.ca_file,
            refusal=HubError,
            transport=transport,
        )

    @classmethod
    def plain(cls, config: HubConfig) -> HubClient:
        """For a single question."""
        return cls(config, clock=lambda: datetime.now(UTC))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def rounds(self) -> list[Listed]:
        """The rounds of this party.  Raises HubError, Refused(malformed)."""
        body = self._json(ROOT)
        rows = body.get("rounds") if isinstance(body, dict) else None
        if not isinstance(rows, list) or len(rows) > MOST_ROUNDS:
            raise Refused("malformed", "the hub's list of rounds was not read, expected an object with rounds")
        return [_listed(row) for row in rows if not (isinstance(row, dict) and row.get("party", 0) is None)]

    def specification(self, round: str) -> bytes:
        """The exact bytes that are signed."""
        return self._get(f"{ROOT}/{round}/spec")

    def transcript(self, round: str) -> bytes:
        """JSON lines."""
        return self._get(f"{ROOT}/{round}/transcript")

    def fetch(self, path: str) -> bytes:
        """Anything else of the hub's."""
        return self._get(path)

    def submissions(self, round: str) -> Any:
        """The list of envelopes with signatures, not yet believed."""
        return self._json(f"{ROOT}/{round}/submissions")

    def sealed(self, round: str) -> Any:
        """This party's ciphertexts by member, not yet believed."""
        return self._json(f"{ROOT}/{round}/sealed")

    def say(self, said: SignedStatement) -> None:
        """Hand in a statement; the same one again is fine.  Raises HubError."""
        content = orjson.dumps(said.document())
        status, _ = self._send("POST", f"{ROOT}/{said.statement.round}/statements", content)
        if status not in {200, 201, 204}:
            raise _refused(status)

    def _json(self, path: str) -> Any:
        try:
            return orjson.loads(self._get(path))
        except orjson.JSONDecodeError as error:
            raise HubError("the hub's answer is not JSON; check url") from error

    def _get(self, path: str) -> bytes:
        status, body = self._send("GET", path)
        if status != 200:
            raise _refused(status)
        return body

    def _send(self, method: str, path: str, content: bytes | None = None) -> tuple[int, bytes]:
        failure: HubError | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(0.2 * 3 ** (attempt - 1))
            try:
                status, body = self._once(method, path, content)
            except httpx.HTTPError as error:
                failure = HubError(
                    f"hub {self._config.url} not reached ({type(error).__name__}); the party tries again"
                )
                continue
            if status not in WORTH_A_RETRY:
                return status, body
            failure = _refused(status)
        raise failure or HubError("the hub was not asked")

    def _once(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        with self._http.stream(method, path, headers=headers, content=content) as response:
            self._note_clock(response.headers.get("Date"))
            return response.status_code, read_within(response, LONGEST, refusal=HubError)

    def _token(self) -> str:
        try:
            token = self._config.token.read()
        except ConfigError as error:  # a token that is being replaced must not end the service
            raise HubError(str(error)) from None
        if token is None:
            raise HubError(
                "no token, expected one in token_file or in $SKYDDSNAT_PARTY_TOKEN; make it at the hub, scope party"
            )
        return token

    def _note_clock(self, header: str | None) -> None:
        try:
            said = parsedate_to_datetime(header or "").astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return
        self.skew = said - self._clock()


def _listed(row: object) -> Listed:
    try:
        if not isinstance(row, Mapping):
            raise BadRound("malformed", "a round that is no object")
        return Listed(
            id=fields.text(row.get("id"), fields.IDENTIFIER, what="a round's id"),
            state=fields.text(row.get("state"), r"[a-z_]{1,20}", what="a round's state"),
            spec=fields.text(row.get("spec"), fields.HEX32, what="a round's spec"),
            wanted=frozenset(map(str, fields.rows(row.get("wanted", []), what="a round's wanted", most=20))),
            abort=fields.text(row.get("abort") or "", r"[a-z_]{0,40}", what="a round's abort"),
        )
    except BadRound as fault:
        raise Refused(fault.code, f"the hub's list of rounds: {fault.message}") from None


def _refused(status: int) -> HubError:
    advice = _ADVICE.get(status, "expected 200; try again, and tell the hub's operator if it stays")
    return HubError(f"hub answered {status}: {advice}")
