"""A member's desk: agent.toml with a key file, and a hub that answers by the contract of `/api/bench/…`, tricks included."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from typer.testing import CliRunner, Result

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.folder import RoundFolder
from skyddsnat.agent.config import Config
from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.cli import agent_benchmark
from skyddsnat.cli.agent import app
from skyddsnat.mpc import sealing
from skyddsnat.protocols.benchmark import canonical, envelope, keyfile, receipt, statement, transcript
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement, Statement
from tests.rounds import PARTIES, signing_key, specification

PASSPHRASE = "en lång och trygg mening"
TOKEN = "sk_shares_of_alfa"
ALFA = MemberKeys("alfa", bytes(range(32)))
ITEMS = ("MET-BLK-04", "MET-BLK-05", "MET-LST-03", "MET-BLK-01.amount", "MQ-A1")
ROUND = "2026-q2"
PUBLIC_KEY = base64.b64encode(bytes(32)).decode()


def a_round(name: str = ROUND, **changes: Any) -> Specification:
    """Open for two more days, with alfa's keys from its key file."""
    plain = specification(ITEMS, name=name)
    members = tuple(
        replace(m, signing_key=ALFA.signing_key, opening_key=ALFA.opening_key) if m.id == "alfa" else m
        for m in plain.members
    )
    deadline = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    return replace(plain, **{"members": members, "deadline": deadline} | changes)


def round_key(round: str, party: int) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(sha256(f"{round} {party}".encode()).digest())


@dataclass
class RoundsHub:
    """By the contract.  Each attribute below `tricks` makes it lie in one way."""

    spec: Specification
    state: str = "open"
    log: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))
    taken: list[dict[str, Any]] = field(default_factory=list)
    sealed_position: list[str] | None = None
    listed: list[dict[str, Any]] | None = None
    asked: list[str] = field(default_factory=list)
    objections: list[dict[str, Any]] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    # tricks
    status: tuple[int, dict[str, str]] | None = None
    lose_answers: int = 0
    raw_spec: bytes | None = None
    approvals: list[dict[str, Any]] | None = None
    receipt_key: Ed25519PrivateKey | None = None
    receipt_for: dict[str, Any] | None = None
    state_then: str = "aborted"
    other_rounds: tuple[str, ...] = ()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return httpx.Response(401, json={"title": "unauthorized", "detail": "no"})
        if request.url.path == "/api/bench/rounds":
            row = {"id": self.spec.round, "state": self.state, "spec": self.spec.sha256, "member": True}
            rows = [row | {"seq": len(self.taken), "wanted": [], "party": None}]
            rows += [{"id": name, "member": True} for name in self.other_rounds]
            return httpx.Response(200, json={"rounds": rows, "log_key": public_hex(self.log)})
        what = request.url.path.removeprefix(f"/api/bench/rounds/{self.spec.round}/")
        if request.method == "POST":
            return self._posted(what, json.loads(request.content))
        if what == "spec":
            return httpx.Response(200, content=self.raw_spec or self.spec.raw)
        if what == "approvals":
            return httpx.Response(200, json={"approvals": self.approvals or [a.document() for a in self.said()]})
        if what == "transcript":
            return httpx.Response(200, content=self.transcript())
        if what == "submissions" and self.listed is not None:
            return httpx.Response(200, json={"submissions": self.listed})
        if what == "submissions":
            return httpx.Response(
                409, json={"title": "not_closed", "detail": "the list is there once the round has closed"}
            )
        if what == "positions" and self.sealed_position is not None:
            return httpx.Response(200, json={"sealed": self.sealed_position})
        return httpx.Response(404, json={"title": "not_found", "detail": "no such round, or not one of yours"})

    def _posted(self, what: str, body: dict[str, Any]) -> httpx.Response:
        if self.status is not None:
            return httpx.Response(self.status[0], json=self.status[1])
        if what == "objections":
            self.objections.append(body)
            return httpx.Response(201, json={"state": self.state_then})
        signed, _ = envelope.read_submission(body)
        signed.check(self.spec)
        if not self.taken or self.taken[-1] != body:
            self.taken.append(body)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx.ReadTimeout("lost", request=None)
        made = receipt.sign(
            envelope.read_submission(self.receipt_for)[0].envelope if self.receipt_for else signed.envelope,
            at=datetime.now(UTC).replace(microsecond=0),
            entry=12,
            key=self.receipt_key or self.log,
        )
        return httpx.Response(201, json=made.wire())

    def said(self) -> list[SignedStatement]:
        """The three approvals."""
        return [
            statement.sign(
                Statement(
                    Kind.APPROVAL,
                    self.spec.round,
                    self.spec.sha256,
                    party,
                    {
                        "round_key": round_key(self.spec.round, party).public_key().public_bytes_raw().hex(),
                        "certificate": "-----BEGIN CERTIFICATE-----",
                        "address": "127.0.0.1:7000",
                        "program": "0.2.0+abc",
                    },
                ),
                signing_key(name),
            )
            for party, name in enumerate(PARTIES)
        ]

    def transcript(self) -> bytes:
        """The specification, and what the first parties say of the list: `roots`, in their order."""
        now, size = datetime.now(UTC).replace(microsecond=0), len(self.listed or [])
        content: Any = canonical.loads(self.spec.raw)
        entries = [transcript.follow(None, at=now, by="hub", kind="specification", content=content)]
        for party, root in enumerate(self.roots):
            said = Statement(Kind.ROOT, self.spec.round, self.spec.sha256, party, {"root": root, "size": size})
            content = statement.sign(said, signing_key(PARTIES[party])).document()
            entries.append(
                transcript.follow(entries[-1], at=now, by=f"party-{party}", kind="statement", content=content)
            )
        return transcript.lines(entries)

    def clear(self, number: int = -1) -> list[int]:
        """The vector of a submission, put together from what the three parties open."""
        signed, sealed = envelope.read_submission(self.taken[number])
        inner = signed.envelope
        shares = [
            sealing.open_shares(
                self.spec, raw, round_key(self.spec.round, party), member=inner.member, seq=inner.seq, party=party
            )
            for party, raw in enumerate(sealed)
        ]
        return [put_together(three) for three in zip(*shares, strict=True)]


@dataclass
class Desk:
    """One member's agent, and the hub it talks to."""

    folder: Path
    hub: RoundsHub

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def table(self, text: str, name: str = "values.csv") -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(self.folder / "agent.toml")])

    def facts(self, *words: str) -> dict[str, Any]:
        """What `--json` says; the command must end well."""
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def line(self, code: int, *words: str) -> str:
        """The one line of a command that must end with this code."""
        result = self.run(*words)
        assert result.exit_code == code, result.output
        assert len(result.stderr.splitlines()) == 1, result.stderr
        return result.stderr


def secret(path: Path, text: str) -> Path:
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def settle(folder: Path, keys: MemberKeys, *, token: str = TOKEN, log_public_key: str = "") -> None:
    """Write agent.toml and the secrets beside it."""
    secret(folder / "key.json", json.dumps(keyfile.document(keys, PASSPHRASE)))
    secret(folder / "words", PASSPHRASE)
    secret(folder / "shares.token", token)
    sample = AgentSample(
        name="alfa-1",
        data_dir=folder / "data",
        hub_url="https://hub.test",
        collections=[(UUID(int=1), "Operators verified")],
        public_key=PUBLIC_KEY,
        log_public_key=log_public_key,
        token_file=secret(folder / "taxii.token", "other"),
        report_token_file=secret(folder / "stats.token", "other"),
        hot_zone="hot.rpz.test",
        base_zone="base.rpz.test",
        zone_dir=folder / "zones",
        primary=None,
        key_file=None,
        resolvers=[],
    )
    ours = '[benchmark]\nkey_file = "key.json"\npassphrase_file = "words"\ntoken_file = "shares.token"\n'
    (folder / "agent.toml").write_text(agent_toml(sample).replace("[benchmark]\n", ours, 1), encoding="utf-8")


@pytest.fixture(autouse=True)
def quick_key_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """New key files are as slow to open as they are allowed to be fast."""
    monkeypatch.setattr(keyfile, "ITERATIONS", keyfile.FEWEST_ITERATIONS)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Alfa's, with a round that is open."""
    settle(tmp_path, ALFA)
    made = Desk(tmp_path, RoundsHub(a_round()))
    RoundFolder(made.data).pin({party.id: party.signing_key for party in made.hub.spec.parties})

    def connect(config: Config) -> RoundsClient:
        transport = httpx.MockTransport(made.hub)
        return RoundsClient(config.hub, config.benchmark.token, transport=transport, sleep=lambda _: None)

    monkeypatch.setattr(agent_benchmark, "connect", connect)
    return made
