"""A hub in miniature, over real HTTP, that speaks the contract of rounds.  It can also be wicked.

The party must not know the hub's code, so neither may most of its tests; the whole is proved together in tests/journeys/.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.protocols.benchmark import canonical, envelope, receipt, release, statement, transcript
from skyddsnat.protocols.benchmark.envelope import Envelope, SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from skyddsnat.protocols.benchmark.transcript import Entry
from tests.rounds import PARTIES, signing_key
from tests.servers.web import WebServer

ROOT = "/api/bench/rounds"
TOKENS = {f"skn_party_{name}": index for index, name in enumerate(PARTIES)}

SAID_IN = {
    Kind.APPROVAL: {"draft"},
    Kind.ROOT: {"closed"},
    Kind.RUN: {"closed"},
    Kind.VERDICT: {"computing"},
    Kind.OUTPUT: {"computing"},
    Kind.POSITIONS: {"computing", "released"},
    Kind.ABORTED: {"draft", "approved", "open", "closed", "computing", "verifying"},
    Kind.DESTROYED: {"released", "aborted"},
}
NEXT = {Kind.RUN: "computing", Kind.DESTROYED: "archived"}


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class FakeRound:
    """One round.  sealed: ciphertexts by member, one a party."""

    spec: Specification
    state: str = "draft"
    entries: list[Entry] = field(default_factory=list)
    statements: dict[Kind, dict[int, SignedStatement]] = field(default_factory=dict)
    submissions: list[SignedEnvelope] = field(default_factory=list)
    sealed: dict[str, tuple[bytes, bytes, bytes]] = field(default_factory=dict)
    abort: str | None = None

    def append(self, by: str, kind: str, content: Any) -> None:
        last = self.entries[-1] if self.entries else None
        self.entries.append(transcript.follow(last, at=now(), by=by, kind=kind, content=content))

    def latest(self) -> list[SignedEnvelope]:
        found: dict[str, SignedEnvelope] = {}
        for signed in self.submissions:
            found[signed.envelope.member] = signed
        return [found[member] for member in sorted(found)]

    def said(self, kind: Kind) -> list[SignedStatement]:
        return [said for _, said in sorted(self.statements.get(kind, {}).items())]

    def open(self) -> None:
        assert self.state == "approved", self.state
        self.append("hub", "opened", {"spec": self.spec.sha256})
        self.state = "open"

    def hand_in(self, member: str, seq: int = 1, *, sealed: tuple[bytes, bytes, bytes] | None = None) -> Envelope:
        raw = sealed or tuple(f"{member} {seq} {party}".encode() * 20 for party in range(3))
        first, second, third = (hashlib.sha256(each).hexdigest() for each in raw)
        made = Envelope(self.spec.round, self.spec.sha256, member, seq, (first, second, third))
        signed = envelope.sign(made, signing_key(member))
        self.submissions.append(signed)
        self.sealed[member] = (raw[0], raw[1], raw[2])
        self.append(f"member:{member}", "submission", signed.document())
        return made

    def close(self) -> None:
        root, size = envelope.root(self.latest())
        self.append("hub", "closed", {"root": root, "size": size})
        self.state = "closed"

    def take(self, signed: SignedStatement) -> int:
        said = signed.statement
        signed.check(self.spec)
        before = self.statements.setdefault(said.kind, {}).get(said.party)
        if before is not None:
            return 201 if before.document() == signed.document() else 409
        if self.state not in SAID_IN[said.kind]:
            return 409
        self.statements[said.kind][said.party] = signed
        if self.state != "draft":
            self.append(f"party-{said.party}", "statement", signed.document())
        self._follow(said.kind)
        return 201

    def _follow(self, kind: Kind) -> None:
        if kind is Kind.ABORTED and self.state != "draft":
            self.state = "aborted"
        if len(self.said(kind)) < 3:
            return
        if kind is Kind.APPROVAL:
            self.append("hub", "specification", json.loads(self.spec.raw))
            for said in self.said(kind):
                self.append(f"party-{said.statement.party}", "statement", said.document())
            self.state = "approved"
        elif kind is Kind.OUTPUT:
            accepted = self.said(Kind.VERDICT)[0].statement.body["accepted"]
            try:
                release.read(self.spec, accepted, [said.statement.body["opened"] for said in self.said(kind)])
                self.state = "released"
            except BadRound:
                self.state = "aborted"
        self.state = NEXT.get(kind, self.state)

    def wanted(self, index: int) -> list[str]:
        waits = {"draft": [Kind.APPROVAL], "released": [Kind.POSITIONS, Kind.DESTROYED], "aborted": [Kind.DESTROYED]}
        return [kind.value for kind in waits.get(self.state, []) if index not in self.statements.get(kind, {})]


@dataclass(slots=True)
class FakeHub:
    """change: by path's end, what to serve instead; gets the honest bytes.  down: answers nothing but 503."""

    rounds: dict[str, FakeRound] = field(default_factory=dict)
    change: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    down: bool = False
    slow: float = 0.0
    ahead: timedelta = timedelta()
    asked: list[str] = field(default_factory=list)
    log_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _server: WebServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string((datetime.now(UTC) + hub.ahead).timestamp())

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes | None) -> None:
                if hub.slow:
                    threading.Event().wait(hub.slow)
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                with hub.lock:
                    status, content = hub.answer(self.path, body, TOKENS.get(token))
                with suppress(BrokenPipeError, ConnectionResetError):  # the party has given up meanwhile
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = WebServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def answer(self, path: str, body: bytes | None, index: int | None) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.down:
            return 503, b""
        if index is None:
            return 401, b""
        status, content = self._honest(path, body, index)
        change = self.change.get(path.removeprefix(ROOT + "/")) or self.change.get(path.rpartition("/")[2])
        return (status, change(content)) if change and body is None else (status, content)

    def _honest(self, path: str, body: bytes | None, index: int) -> tuple[int, bytes]:
        if path == ROOT:
            rows = [
                {
                    "id": name,
                    "state": each.state,
                    "spec": each.spec.sha256,
                    "wanted": each.wanted(index),
                    "party": index,
                    "abort": each.abort,
                }
                for name, each in self.rounds.items()
            ]
            return 200, json.dumps({"rounds": rows}).encode()
        name, _, what = path.removeprefix(ROOT + "/").partition("/")
        round_ = self.rounds.get(name)
        if round_ is None:
            return 404, b""
        if body is not None:
            try:
                return round_.take(statement.read(json.loads(body))), b"{}"
            except BadRound as fault:
                return 422, fault.code.encode()
        return self._read(round_, what, index)

    def _read(self, round_: FakeRound, what: str, index: int) -> tuple[int, bytes]:
        if what == "spec":
            return 200, round_.spec.raw
        if what == "transcript":
            return 200, transcript.lines(round_.entries)
        if round_.state in {"draft", "approved", "open"}:
            return 409, b""
        if what == "submissions":
            return 200, json.dumps({"submissions": [signed.document() for signed in round_.latest()]}).encode()
        if what == "sealed":
            sealed = {member: envelope.base64_text(raw[index]) for member, raw in round_.sealed.items()}
            return 200, json.dumps({"sealed": sealed}).encode()
        return 404, b""

    def receipt(self, made: Envelope) -> dict[str, Any]:
        return receipt.sign(made, at=now(), entry=1, key=self.log_key).wire()


def replaced(spec: Specification, **changes: Any) -> Specification:
    """Another specification; `raw` and `sha256` are worked out anew."""
    return replace(spec, **changes)


def canonical_lines(entries: list[Entry]) -> bytes:
    """A chain that is sealed anew after a change."""
    made: list[Entry] = []
    for entry in entries:
        last = made[-1] if made else None
        made.append(transcript.follow(last, at=entry.at, by=entry.by, kind=entry.kind, content=entry.content))
    return b"".join(canonical.dumps(each.document()) + b"\n" for each in made)
