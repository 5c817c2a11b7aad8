"""HTTP to the hub: heads, objects, the report.  The agent reaches out and nobody reaches in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import orjson

from skyddsnat.agent.answers import ATTEMPTS, WORTH_A_RETRY, Raw, ask
from skyddsnat.agent.config import HubConfig, Secret
from skyddsnat.agent.errors import BadToken, HubError, Unreached
from skyddsnat.agent.state.packing import read_us
from skyddsnat.protocols.shown import shown
from skyddsnat.site.http import hub_client

ROOT = "/taxii2/skyddsnat"
MEDIA_TYPE = "application/taxii+json;version=2.1"
PAGE = 1000
MOST_PAGES = 20_000
MOST_SECONDS = 7200.0
"""For all pages of a collection.  A million objects take minutes."""
LONGEST_TITLE = 120
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,200}", re.ASCII)
"""What a hub may call its next page: it goes into an address of ours."""

_ADVICE = {
    401: "token refused; let your engineer make a new one at the hub and write it to the token file",
    403: "token of the wrong scope; the feed needs scope taxii, the report scope stats",
    404: "not found; check url and collections, and that your organisation is in the circle",
    409: "the hub does not take it; see its page of agents and its log",
    406: "hub speaks another version of TAXII; expected 2.1",
    413: "report refused as too large",
    429: "too many requests; raise poll_seconds",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of objects.  last: position of the last one, None for an empty page."""

    objects: list[Mapping[str, Any]]
    last: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was worth having: 200 with its JSON, or 304 without."""

    status: int
    body: Any
    headers: httpx.Headers


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection as the hub lists it.  can_write: an inbox, which is no feed."""

    id: UUID
    title: str
    can_write: bool


def base36(number: int) -> str:
    """A position as the feed's `next` cursor."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


class HubClient:
    """One hub.  Retries what may pass by itself; tells plainly what will not."""

    def __init__(
        self,
        config: HubConfig,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._sleep = sleep
        self._monotonic = monotonic
        self._etags: dict[str, str] = {}
        self._http = hub_client(
            config.url,
            program="agent",
            seconds=config.timeout_seconds,
            ca_file=config.ca_file,
            refusal=HubError,
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def head(self, collection: UUID) -> Mapping[str, object]:
        """The head of a collection, not yet believed: `protocols.feedhead.verify` does that.  Raises HubError."""
        body = self._get(f"{ROOT}/collections/{collection}/head/").body
        if not isinstance(body, dict):
            raise HubError("the hub's head is not a JSON object with head, signature and key; check url")
        return body

    def pages(self, collection: UUID, *, after: int) -> Iterator[Page]:
        """All objects behind a position, page by page.  Raises HubError, also if the hub pages in circles or without an end."""
        cursor, until = base36(after), self._monotonic() + MOST_SECONDS
        for _ in range(MOST_PAGES):
            query = f"limit={PAGE}&match%5Bversion%5D=last&next={cursor}"
            page, following = self._page(f"{ROOT}/collections/{collection}/objects/?{query}")
            yield page
            if following is None:
                return
            if following == cursor or self._monotonic() > until:
                break
            cursor = following
        raise HubError(
            "the hub's pages do not end, expected a rising cursor and a last page within two hours; tell the hub's operator"
        )

    def collections(self) -> list[CollectionInfo]:
        """Every collection that the token can read."""
        body = self._get(f"{ROOT}/collections/").body
        try:
            return [
                CollectionInfo(
                    UUID(item["id"]), shown(str(item["title"]), longest=LONGEST_TITLE), item.get("can_write") is True
                )
                for item in body.get("collections", [])
            ]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise HubError("the hub's list of collections is not TAXII 2.1; check url") from error

    def protected(self) -> list[str]:
        """The coalition's protected names, as the hub tells them; none from a hub of an older release.  Raises HubError."""
        body = self.get_json("/api/agent/protected", missing_is_none=True)
        names = body.get("names") if isinstance(body, dict) else []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise HubError("the hub's protected names are not a list of texts; tell the hub's operator")
        return names

    def report(self, payload: Mapping[str, object]) -> None:
        """Hand in the agent's health.  One attempt: a report that is late is worth nothing.  Raises HubError."""
        answer = self._hand_in("/api/agent/report", payload)
        if answer is not None and answer.status >= 300:
            raise _refused(answer.status)

    def get_text(self, url: str, headers: Mapping[str, str]) -> Answer:
        """A text of the hub's; an answer of 304 has none.  Raises HubError."""
        return self._get(url, headers, read=_plain)

    def get_json(self, url: str, *, missing_is_none: bool = False) -> Any:
        """A JSON value of the hub's.  Raises HubError."""
        answer = self._get(url, missing=missing_is_none)
        return None if answer.status == 404 else answer.body

    def post(self, url: str, payload: Mapping[str, object]) -> Any:
        """Hand something in with the token for reports; None where there is none.  Raises HubError."""
        answer = self._hand_in(url, payload)
        if answer is None:
            return None
        if answer.status != 200:
            raise _refused(answer.status)
        return _json(answer.body)

    def _hand_in(self, url: str, payload: Mapping[str, object]) -> Raw | None:
        """What comes back; None where there is no token for it."""
        token = self._config.report_token.read()
        if token is None:
            return None
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            return ask(self._http, "POST", url, headers=headers, content=orjson.dumps(payload))
        except httpx.HTTPError as error:
            raise _unreachable(self._config.url, error) from error

    def _page(self, url: str) -> tuple[Page, str | None]:
        etag = self._etags.pop(url, None)
        answer = self._get(url, headers={"If-None-Match": etag} if etag else {})
        if answer.status == 304:
            self._etags[url] = etag or ""
            return Page([], None), None
        body = answer.body
        objects = body.get("objects", []) if isinstance(body, dict) else None
        if not isinstance(objects, list) or not all(isinstance(thing, dict) for thing in objects):
            raise HubError("a page of objects is not a TAXII envelope; check url")
        following = _cursor(body["next"]) if body.get("more") is True and body.get("next") else None
        if following is None and not objects and (fresh := answer.headers.get("ETag")):
            self._etags = {url: fresh}  # only an empty last page may be skipped the next time
        return Page(objects, _position(answer.headers.get("X-TAXII-Date-Added-Last"))), following

    def _get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[bytes], Any] = lambda content: _json(content),
        missing: bool = False,
    ) -> Answer:
        failure: HubError | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(0.2 * 3 ** (attempt - 1))
            try:
                answer = ask(self._http, "GET", url, headers={**_authorised(self._config.token), **(headers or {})})
            except httpx.HTTPError as error:
                failure = _unreachable(self._config.url, error)
                continue
            if answer.status == 304:
                return Answer(304, None, answer.headers)
            if answer.status == 200:
                return Answer(200, read(answer.body), answer.headers)
            if missing and answer.status == 404:
                return Answer(404, None, answer.headers)
            failure = _refused(answer.status)
            if answer.status not in WORTH_A_RETRY:
                break
        raise failure or HubError("the hub was not asked")


def _authorised(secret: Secret) -> dict[str, str]:
    token = secret.read()
    if token is None:
        raise HubError(
            f"no token, expected one in token_file or in ${secret.variable}; make it at the hub, scope taxii"
        )
    return {"Authorization": f"Bearer {token}", "Accept": MEDIA_TYPE}


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise HubError("the hub's answer is not JSON; check url") from error


def _plain(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HubError("the hub's answer is not text; check url") from error


def _cursor(said: object) -> str:
    if not isinstance(said, str) or not _CURSOR.fullmatch(said):
        raise HubError("the hub's next page has a name that is no cursor; tell the hub's operator")
    return said


def _position(header: str | None) -> int | None:
    if header is None:
        return None
    try:
        return read_us(header)
    except ValueError as error:
        raise HubError("X-TAXII-Date-Added-Last is not a time; tell the hub's operator") from error


def _refused(status: int) -> HubError:
    advice = _ADVICE.get(status, "expected 200; try again, and tell the hub's operator if it stays")
    return (BadToken if status in {401, 403} else HubError)(f"hub answered {status}: {advice}")


def _unreachable(url: str, error: httpx.HTTPError) -> Unreached:
    return Unreached(
        url, type(error).__name__, "check url and the way there (name, firewall, certificate); the list in force stays"
    )
