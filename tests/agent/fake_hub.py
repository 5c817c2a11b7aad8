"""A hub in miniature, over real HTTP: one TAXII root, one collection, a signed head, the report.  It can also be wicked.

The agent must not know the hub's code, so neither may its tests; the whole is proved together in tests/journeys/.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.protocols.feedhead import FeedHead, object_hash, public_key_text, set_digest, sign

EXTENSION = "extension-definition--0d2f1d0c-5a5c-4c3b-8a44-3f1f6f0f7c11"
PREFIX = "/taxii2/skyddsnat/collections/"
TAXII_TOKEN, STATS_TOKEN = "skn_taxii_of_the_test", "skn_stats_of_the_test"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Listing:
    """A name's present object and where it stands in the feed."""

    stix_id: str
    added: int
    thing: dict[str, Any]


@dataclass(slots=True)
class FakeHub:
    """State and tricks.  head_trick: changes the head's answer; object_trick: changes each object served.
    circling: pages never end.  status: answer everything with it."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    collection: UUID = field(default_factory=uuid4)
    clock: Callable[[], datetime] = now
    page: int = 1000
    listings: dict[str, Listing] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    head_trick: Callable[[dict[str, str]], dict[str, str]] | None = None
    object_trick: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    circling: bool = False
    status: int | None = None
    stopped: bool = False
    _added: int = 0
    _server: ThreadingHTTPServer | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def public_key(self) -> str:
        return public_key_text(self.key)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self, port: int = 0) -> FakeHub:
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Go away, also for connections that are open."""
        if self._server is not None and not self.stopped:
            self.stopped = True
            self._server.shutdown()
            self._server.server_close()

    def come_back(self) -> None:
        """The same hub at the same place again."""
        assert self._server is not None
        port = self._server.server_address[1]
        self.stopped = False
        self.start(port)

    def verify(
        self,
        name: str,
        *,
        scope: str = "subdomains",
        ceiling: str = "block",
        origin: str = "police",
        state: str = "verified",
        until: datetime | None = None,
        episode: int = 1,
    ) -> str:
        """List a name, as after the second approval."""
        with self._lock:
            stix_id = f"indicator--{uuid4()}"
            added = self._next()
            moment = _text(self.clock())
            thing = {
                "type": "indicator",
                "spec_version": "2.1",
                "id": stix_id,
                "created": moment,
                "modified": moment,
                "name": "Domain, verified",
                "pattern_type": "stix",
                "pattern": f"[domain-name:value = '{name}']",
                "valid_from": moment,
                "valid_until": _text(until or self.clock() + timedelta(days=90)),
                "extensions": {
                    EXTENSION: {
                        "extension_type": "property-extension",
                        "state": state,
                        "verdict_origin": origin,
                        "ceiling": ceiling,
                        "scope": scope,
                        "episode": episode,
                    }
                },
            }
            self.listings[stix_id] = Listing(stix_id, added, thing)
            return stix_id

    def withdraw(self, stix_id: str) -> None:
        """A new, revoked version of the same object."""
        self.change(stix_id, revoked=True)

    def change(self, stix_id: str, **fields: Any) -> None:
        """A new version with other fields."""
        with self._lock:
            old = self.listings[stix_id].thing
            later = max(self.clock(), datetime.fromisoformat(old["modified"]) + timedelta(milliseconds=1))
            thing = {**old, "modified": _text(later), **fields}
            self.listings[stix_id] = Listing(stix_id, self._next(), thing)

    def head(self) -> dict[str, str]:
        with self._lock:
            live = [one.thing for one in self.listings.values() if not one.thing.get("revoked")]
            digest = set_digest((thing["id"], _us(thing["modified"]), object_hash(thing)) for thing in live)
            head = FeedHead(
                collection=self.collection,
                position=max((one.added for one in self.listings.values()), default=0),
                count=digest.count,
                sha256=digest.sha256,
                content=digest.content,
                time=self.clock().replace(microsecond=0),
            )
            answer = sign(head, self.key).document()
        return self.head_trick(answer) if self.head_trick else answer

    def objects(self, *, after: int) -> tuple[dict[str, Any], dict[str, str]]:
        with self._lock:
            rows = sorted((one for one in self.listings.values() if one.added > after), key=lambda one: one.added)
            chosen, more = rows[: self.page], len(rows) > self.page
        if not chosen:
            return {}, {"ETag": f'"{self._added}"'}
        trick = self.object_trick or dict
        body: dict[str, Any] = {"objects": [_marking(), *(trick(one.thing) for one in chosen)]}
        if self.circling:
            body |= {"more": True, "next": _base36(after)}
        elif more:
            body |= {"more": True, "next": _base36(chosen[-1].added)}
        return body, {
            "X-TAXII-Date-Added-First": _text(EPOCH + timedelta(microseconds=chosen[0].added)),
            "X-TAXII-Date-Added-Last": _text(EPOCH + timedelta(microseconds=chosen[-1].added)),
        }

    def _next(self) -> int:
        self._added = max(self._added + 1000, _us(_text(self.clock())) // 1000 * 1000)
        return self._added


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._gone():
            return None
        self.hub.requests.append(self.path)
        if self.hub.status is not None:
            return self._send(self.hub.status, {"title": "trouble", "http_status": str(self.hub.status)})
        if self.headers["Authorization"] != f"Bearer {TAXII_TOKEN}":
            return self._send(401, {"title": "Unauthorized", "http_status": "401"})
        if parts.path == PREFIX:
            listed = [
                {"id": str(uuid4()), "title": "Alfa inbox", "can_read": True, "can_write": True},
                {"id": str(uuid4()), "title": "Operators inform", "can_read": True, "can_write": False},
                {"id": str(self.hub.collection), "title": "Operators verified", "can_read": True, "can_write": False},
            ]
            return self._send(200, {"collections": listed})
        if parts.path.startswith(PREFIX) and parts.path.endswith("/head/"):
            return self._send(200, self.hub.head())
        if parts.path == f"{PREFIX}{self.hub.collection}/objects/":
            query = parse_qs(parts.query)
            body, headers = self.hub.objects(after=int(query.get("next", ["0"])[0], 36))
            if headers.get("ETag") and headers["ETag"] == self.headers["If-None-Match"]:
                return self._send(304, None)
            return self._send(200, body, headers)
        return self._send(404, {"title": "Not found", "http_status": "404"})

    def do_POST(self) -> None:
        if self._gone():
            return None
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/agent/report" or self.headers["Authorization"] != f"Bearer {STATS_TOKEN}":
            return self._send(404, {})
        self.hub.reports.append(body)
        return self._send(204, None)

    def _gone(self) -> bool:
        self.close_connection = self.hub.stopped
        return self.hub.stopped

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/taxii+json;version=2.1")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)


def _marking() -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        "created": "2022-10-01T00:00:00.000Z",
    }


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _us(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text or "0"
