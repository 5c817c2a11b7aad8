"""A hub in miniature, over real HTTP: one TAXII root, one collection, a signed head, the report.  It can also be wicked.

The agent must not know the hub's code, so neither may its tests; the whole is proved together in tests/journeys/.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.protocols.feedhead import FeedHead, object_hash, public_key_text, set_digest, sign
from skyddsnat.protocols.log import (
    Checkpoint,
    Frontier,
    NoteSigner,
    Tree,
    entry_text,
    leaf_hash,
    read_entry,
    sign_checkpoint,
)
from tests.servers.web import WebServer

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
class FakeLog:
    """A log of texts.  shown: how many of them the newest checkpoint covers, all if None.  cosigned: what came in."""

    signer: NoteSigner = field(default_factory=lambda: NoteSigner("hub.test/log", Ed25519PrivateKey.generate()))
    texts: list[bytes] = field(default_factory=lambda: [b"first"])
    shown: int | None = None
    silent: bool = False
    cosigned: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def tree(self) -> Tree:
        frontier, kept = Frontier(), {}
        for text in self.texts:
            kept |= frontier.append(leaf_hash(text))
        return Tree(lambda places: {place: kept[place] for place in places})

    def note(self) -> str:
        size = len(self.texts) if self.shown is None else self.shown
        return sign_checkpoint(Checkpoint(self.signer.name, size, self.tree.root(size)), self.signer)

    def add_list(self, collection: UUID, **facts: Any) -> None:
        public = {"action": "feed.head_published", "object_id": str(collection), "facts": facts}
        self.texts.append(entry_text(public, "00"))

    def find(self, collection: str, position: int, size: int) -> dict[str, Any] | None:
        for index, text in enumerate(self.texts[:size]):
            if text.startswith(b"skyddsnat") and read_entry(text)["facts"].get("position") == position:
                proof = [base64.b64encode(one).decode() for one in self.tree.inclusion(index, size)]
                return {"entry": index, "text": text.decode(), "proof": proof}
        return None


@dataclass(slots=True)
class FakeHub:
    """State and tricks.  head_trick: changes the head's answer; object_trick: changes each object served.
    protected: what is told of the coalition's protected names.  circling: pages never end.  status: answer everything with it."""

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
    protected: object = None
    log: FakeLog = field(default_factory=lambda: FakeLog())
    figures: list[dict[str, Any]] = field(default_factory=list)
    _added: int = 0
    _server: WebServer | None = None
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
        self._server = WebServer(("127.0.0.1", port), handler)
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
        pattern: str | None = None,
        scope: str = "subdomains",
        ceiling: str = "block",
        origin: str = "police",
        state: str = "verified",
        until: datetime | None = None,
        episode: int = 1,
    ) -> str:
        """List a name, or what a pattern says, as after the second approval."""
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
                "pattern": pattern or f"[domain-name:value = '{name}']",
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

    def take_figure(self, figure: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """As the real hub answers: a key that is known changes nothing, a second figure must say what it corrects."""
        same = [one for one in self.figures if (one["metric"], one["period"]) == (figure["metric"], figure["period"])]
        for revision, one in enumerate(same, start=1):
            if one["key"] == figure["key"]:
                return 200 if one == figure else 409, {
                    "title": "x",
                    "detail": "key",
                    "revision": revision,
                    "warnings": [],
                }
        if same and (figure["corrects"] or {}).get("revision") != len(same):
            return 409, {"title": "There is a figure already", "detail": f"its revision is {len(same)}"}
        self.figures.append(figure)
        return 201, {"metric": figure["metric"], "period": figure["period"], "revision": len(same) + 1, "warnings": []}

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
        if parts.path.startswith("/api/log/"):
            return self._log(parts.path.removeprefix("/api/log/"), parse_qs(parts.query))
        if parts.path == "/api/agent/protected" and self.hub.protected is not None:
            return self._send(200, self.hub.protected)
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

    def _log(self, path: str, query: dict[str, list[str]]) -> None:
        log = self.hub.log
        if log.silent:
            return self._send(404, {"title": "Not found"})
        if path == "key":
            return self._send(200, log.signer.key.text())
        if path == "checkpoint":
            note = log.note()
            tag = f'"{hash(note)}"'
            log.answers["304" if self.headers["If-None-Match"] == tag else "200"] = 1
            if self.headers["If-None-Match"] == tag:
                return self._send(304, None)
            return self._send(200, note, {"ETag": tag})
        if path == "consistency":
            old, new = int(query["old"][0]), int(query["new"][0])
            return self._send(
                200, {"proof": [base64.b64encode(one).decode() for one in log.tree.consistency(old, new)]}
            )
        found = log.find(path.removeprefix("heads/"), int(query["position"][0]), int(query["size"][0]))
        return self._send(200, found) if found else self._send(404, {"title": "Not found"})

    def do_POST(self) -> None:
        if self._gone():
            return None
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/log/cosignatures" and self.headers["Authorization"] == f"Bearer {STATS_TOKEN}":
            self.hub.log.cosigned.append(body)
            return self._send(200, {"settled": body["size"], "members": 1})
        if self.path == "/api/statistics/figures" and self.headers["Authorization"] == f"Bearer {STATS_TOKEN}":
            return self._send(*self.hub.take_figure(body))
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
        raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
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
