"""One real round, and each one's view of it: the hub over HTTP, three parties in processes of their own, five members."""

from __future__ import annotations

import hashlib
import logging
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.db import connection
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.accounts.services import issue_token
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.rounds import approvals_of
from skyddsnat.hub.members.actor import Actor
from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.sealing import seal_bytes, submission_info
from skyddsnat.mpc.shares import split
from skyddsnat.party.private_files import make_folder, write
from skyddsnat.party.sample_toml import PartySample, party_toml
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.field import to_bytes
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind
from skyddsnat.protocols.log import NoteKey
from tests.benchmarking.wires import HubServer, Relay
from tests.cast import OPERATORS, Cast
from tests.effort import seed
from tests.hub.benchmark.conftest import PARTIES, Bench, make_bench, signer
from tests.mpc.parties import free_addresses
from tests.programs import FINDS_US
from tests.rounds import Values
from tests.servers.hub import REPOSITORY

PK = "2026-q3"
METRICS = (
    "MET-BLK-01", "MET-BLK-02", "MET-BLK-05", "MET-BLK-07", "MET-LST-01",
    "MET-LST-03", "MET-LST-04", "MET-OVB-03", "MET-REP-03", "MET-SHR-03",
)  # fmt: skip
MOST_HEARD = 40_000
"""Bytes from its peers after which a party may die; in all it hears some 48,000."""
PAGES = ("", "result/", "transcript/", "hand-in/", "minutes/", "release.json", "positions.json", "submissions.json",
         "approvals.json", "transcript.jsonl", "spec.json")  # fmt: skip
ANSWERS = ("spec", "approvals", "submissions", "positions", "transcript", "release")


@dataclass
class Stage:
    """The round while it is played.

    dealt: what the test alone knows, each member's shares for parties 0, 1 and 2.  dice: when a party dies, and which; delays.
    """

    bench: Bench
    folder: Path
    dice: random.Random = field(default_factory=lambda: random.Random(seed()))
    hub: HubServer = field(default_factory=HubServer)
    dealt: dict[str, tuple[list[int], ...]] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    ahead: timedelta = timedelta()
    parties: list[subprocess.Popen[bytes]] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)
    _log: list[str] = field(default_factory=list)
    _databases: list[bytes] = field(default_factory=list)
    _answers: dict[str, bytearray] = field(default_factory=dict)

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    @property
    def round(self) -> Round:
        found: Round = Round.objects.get(pk=PK)
        return found

    def state(self) -> str:
        return str(Round.objects.values_list("state", flat=True).get(pk=PK))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, ahead: timedelta) -> None:
        """All clocks, the hub's and the parties'."""
        self.ahead = ahead
        new = self.clock_file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()), encoding="ascii")
        new.replace(self.clock_file)

    def hear_the_log(self) -> logging.Handler:
        """Everything that the hub's process logs."""
        lines = self._log

        class Keep(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append(f"{record.name} {record.getMessage()} {record.__dict__}")

        return Keep()

    def photograph(self) -> None:
        """The hub's database as it is now: each page of the file, and so also what would stand in a log written ahead."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            self._databases.append(connection.connection.serialize())
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                cells = (cell for row in cursor.fetchall() for cell in row if cell is not None)
                self._databases.append(b"\n".join(_raw(cell) for cell in cells))

    # ---- the round

    def start_parties(self) -> None:
        for index, address in enumerate(free_addresses(len(PARTIES))):
            port = int(address.rpartition(":")[2])
            delay = lambda: self.dice.random() * 0.01  # noqa: E731
            self.relays.append(Relay(("127.0.0.2", port), ("127.0.0.1", port), delay=delay))
            self._party(index, port)
            make_folder(self.folder / f"seen-{index}")
            self.parties.append(self._start(index))

    def _start(self, index: int) -> subprocess.Popen[bytes]:
        places = (self.folder / PARTIES[index] / "party.toml", self.clock_file, self.folder / f"seen-{index}")
        command = [sys.executable, "-m", "tests.benchmarking.seen_party", *map(str, places)]
        environment = os.environ | FINDS_US
        return subprocess.Popen(command, cwd=REPOSITORY, env=environment)

    def set_fuse(self) -> int:
        """One of the parties will die at a random moment of its first attempt.  Returns which."""
        index = self.dice.randrange(len(PARTIES))
        (self.folder / f"seen-{index}" / "fuse").write_text(str(self.dice.randrange(1, MOST_HEARD)), encoding="ascii")
        return index

    def await_death(self, index: int) -> None:
        """It dies where it stands, and is started again."""
        self.hub.serve(lambda: self.parties[index].poll() is not None)
        assert self.parties[index].returncode == -signal.SIGKILL
        self.parties[index] = self._start(index)

    def _party(self, index: int, port: int) -> None:
        """As `skyddsnat party init` would make it, with the key that the hub has registered.  Its peers dial the relay."""
        name = PARTIES[index]
        place = make_folder(self.folder / name)
        raw = signer(name).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write(make_folder(place / "keys") / "party.key", raw)
        cast = self.bench.cast
        actor = Actor.of(cast.person(name, "engineer"))
        write(
            place / "party.token", issue_token(actor, cast.members[name], label="party", scopes=["party"])[1].encode()
        )
        sample = PartySample(
            id=name,
            address=f"127.0.0.2:{port}",
            listen="127.0.0.1",
            data_dir=place / "data",
            key_file=place / "keys" / "party.key",
            hub_url=self.hub.url,
            token_file=place / "party.token",
            log_public_key=NoteKey("hub.test/log", 1, bytes.fromhex(services.log_key())).text(),
            poll_seconds=0.3,
            peers=[(other, public_hex(signer(other))) for other in PARTIES if other != name],
        )
        (place / "party.toml").write_text(party_toml(sample))

    def hand_in(self, member: str, *, seq: int = 1) -> None:
        """The member splits and seals at home, and posts to the hub."""
        spec = self.round.specification
        entries = {item: Entry(number) for item, number in self.values[member].items() if number is not None}
        self.dealt[member] = split(vector(spec, entries))
        keys = [row["statement"]["body"]["round_key"] for row in approvals_of(self.round)]
        first, second, third = (
            seal_bytes(
                to_bytes(shares),
                key,
                submission_info(spec=spec.sha256, round=PK, member=member, seq=seq, party=party),
            )
            for party, (shares, key) in enumerate(zip(self.dealt[member], keys, strict=True))
        )
        digests = tuple(hashlib.sha256(raw).hexdigest() for raw in (first, second, third))
        made = envelope.sign(Envelope(PK, spec.sha256, member, seq, digests), signer(member))  # type: ignore[arg-type]
        wire = dict(envelope.wire(made, (first, second, third)))
        token = self.bench.cast.token(member, "shares")
        answer = self.hub.ask("POST", f"/api/bench/rounds/{PK}/submissions", token, wire)
        assert answer.status_code == 201, answer.text

    def play(self, values: Values) -> None:
        """From the specification to the archive, over a slow network; a party is killed at a random moment of the computation."""
        self.values = values
        self.start_parties()
        self.hub.serve(lambda: self.state() == "approved")
        services.open_round(self.bench.coordinator, PK, now=self.now())
        for member in OPERATORS:
            self.hand_in(member)
            self.photograph()
        self.move(self.round.deadline - datetime.now(UTC) + timedelta(seconds=1))
        services.tend(self.now())
        self.photograph()
        self.hub.serve(lambda: self.round.statements.filter(kind=Kind.ROOT.value).count() == 3)
        self.photograph()
        lost = self.set_fuse()
        self.move(self.ahead + timedelta(seconds=120))
        self.hub.serve(lambda: self.state() == "computing")
        self.photograph()
        self.await_death(lost)
        self.hub.serve(lambda: self.state() in {"released", "archived"})
        self.photograph()
        self.hub.serve(lambda: self.state() == "archived")
        for member in OPERATORS:
            self._look_around(member)
        self.photograph()

    def _look_around(self, member: str) -> None:
        """All that the member's lead and its agent can ask for."""
        seen = self._answers[member] = bytearray()
        browser = self.bench.cast.sign_in(Client(), self.bench.leads[member])
        for page in PAGES:
            answer = browser.get(f"/benchmark/rounds/{PK}/{page}")
            seen += answer.getvalue() + b"\n"
        token = self.bench.cast.token(member, "shares")
        for what in ANSWERS:
            answer = self.hub.ask("GET", f"/api/bench/rounds/{PK}/{what}", token)
            assert answer.status_code == 200, (what, answer.text)
            seen += answer.content + b"\n"

    def close(self) -> None:
        for process in self.parties:
            process.terminate()
        self.hub.serve(lambda: all(process.poll() is not None for process in self.parties), seconds=30)
        for relay in self.relays:
            relay.close()
        self.hub.close()

    # ---- what each has seen

    def attempts(self) -> int:
        """How often the parties began to compute, as their journals tell."""
        journals = [(self.folder / name / "data" / "journal.jsonl").read_text() for name in PARTIES]
        return max(text.count('"attempt_failed"') + text.count('"computed"') for text in journals)

    def views(self) -> dict[str, bytes]:
        """Everything that each role has had before it."""
        wire = self.hub.relay.kept
        seen = {
            "hub": b"\n".join([*self._databases, "\n".join(self._log).encode(), wire]),
            "network": b"\n".join([wire, *(relay.kept for relay in self.relays)]),
        }
        for index, name in enumerate(PARTIES):
            seen[f"party-{index}"] = b"\n".join(
                path.read_bytes()
                for folder in (self.folder / name, self.folder / f"seen-{index}")
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            )
        for member, answers in self._answers.items():
            seen[f"member {member}"] = bytes(answers)
        return seen


def _raw(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def set_up(cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A frozen round of ten metrics that waits for its parties."""
    bench = make_bench(cast)
    stage = Stage(bench, folder)
    stage.move(timedelta())
    monkeypatch.setattr(timezone, "now", stage.now)
    bench.frozen(PK, objection_seconds=60, metrics=METRICS)
    return stage


def wanted(stage: Stage) -> dict[str, Any]:
    """The plain values by member, in order of the specification's items."""
    return {member: [row[item.id] for item in stage.round.specification.items] for member, row in stage.values.items()}
