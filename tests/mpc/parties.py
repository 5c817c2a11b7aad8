"""Three real workers on loopback, and members that hand in to them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.demo.ports import free_port
from skyddsnat.mpc import sealing, shares
from skyddsnat.mpc.identity import new_identity
from skyddsnat.mpc.layout import vector
from skyddsnat.mpc.worker import main as compute
from skyddsnat.protocols.benchmark.field import P, put_together, to_bytes
from skyddsnat.protocols.benchmark.spec import Specification
from tests import forks
from tests.mpc.rounds import Entries

forks.load(compute.__module__)

type Json = dict[str, Any]


@dataclass
class Submission:
    """A member's three ciphertexts, and the envelope over their hashes."""

    member: str
    sealed: tuple[bytes, bytes, bytes]
    seq: int = 1

    def envelope(self, specification: Specification) -> Json:
        return {
            "format": "skyddsnat/bench/submission/v1",
            "round": specification.round,
            "spec": specification.sha256,
            "member": self.member,
            "seq": self.seq,
            "sealed": [hashlib.sha256(each).hexdigest() for each in self.sealed],
        }


@dataclass
class Round:
    """A specification, the parties' keys of the round, and what came in."""

    specification: Specification
    keys: list[X25519PrivateKey] = field(default_factory=lambda: [X25519PrivateKey.generate() for _ in range(3)])
    submissions: dict[str, Submission] = field(default_factory=dict)
    identities: list[tuple[str, str]] = field(
        default_factory=lambda: [new_identity(party, now=datetime.now(UTC)) for party in range(3)]
    )
    addresses: list[str] = field(default_factory=lambda: free_addresses(3))

    @property
    def public(self) -> list[str]:
        return [key.public_key().public_bytes_raw().hex() for key in self.keys]

    def hand_in(self, member: str, entries: Entries) -> None:
        self.hand_in_shares(member, shares.split(vector(self.specification, entries)))

    def hand_in_shares(self, member: str, split: Sequence[Sequence[int]]) -> None:
        """As a member that makes its shares in its own way."""
        self.hand_in_bytes(member, [to_bytes(each) for each in split])

    def hand_in_bytes(self, member: str, plain: Sequence[bytes], *, sealed_as: str = "") -> None:
        spec = self.specification
        first, second, third = (
            sealing.seal_bytes(
                raw,
                self.public[party],
                sealing.submission_info(
                    spec=spec.sha256, round=spec.round, member=sealed_as or member, seq=1, party=party
                ),
            )
            for party, raw in enumerate(plain)
        )
        self.submissions[member] = Submission(member, (first, second, third))

    def job(self, party: int, **changed: Any) -> Json:
        members = sorted(self.submissions)
        made = {
            "party": party,
            "spec": json.loads(self.specification.raw),
            "addresses": self.addresses,
            "certificates": [certificate for certificate, _ in self.identities],
            "tls_key": self.identities[party][1],
            "sealed": {m: base64.b64encode(self.submissions[m].sealed[party]).decode() for m in members},
            "envelopes": {m: self.submissions[m].envelope(self.specification) for m in members},
            "round_key": self.keys[party].private_bytes_raw().hex(),
            "verdict": None,
            "limits": {"connect_seconds": 30, "wall_seconds": 300},
        }
        return made | changed


class Worker:
    """A worker process; `lines` grows as it speaks.

    own_start: as a supervisor starts it, and not by a fork of a process that has its code loaded.
    """

    def __init__(self, job: Json, *, own_start: bool = False) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder, environment = Path(self.folder.name), {"PYTHONPATH": ":".join(path for path in sys.path if path)}
        self.process: subprocess.Popen[str] | forks.Program = (
            subprocess.Popen(
                [sys.executable, "-m", "skyddsnat.mpc.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=folder, env=environment,
            )
            if own_start
            else forks.Program(compute, folder=folder, environment=environment)
        )  # fmt: skip
        self.lines: list[Json] = []
        self.errors = ""
        self._threads = [threading.Thread(target=read) for read in (self._read, self._read_errors)]
        self.spoke = threading.Condition()
        for thread in self._threads:
            thread.start()
        self.say(job)

    def say(self, thing: Any) -> None:
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps(thing) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended; what it said tells why

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.spoke:
                self.lines.append(json.loads(line))
                self.spoke.notify_all()
        with self.spoke:
            self.lines.append({"end": True})
            self.spoke.notify_all()

    def _read_errors(self) -> None:
        assert self.process.stderr
        self.errors = self.process.stderr.read()

    def said(self, *kinds: str, seconds: float = 120) -> Json:
        """The first line with one of these words that is not about progress, or the end of the process."""
        with self.spoke:
            found = self.spoke.wait_for(
                lambda: next((x for x in self.lines if "phase" not in x and set(x) & {*kinds, "end"}), None),
                timeout=seconds,
            )
        assert found, f"nothing of {kinds} within {seconds:g} s"
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.folder.cleanup()


@dataclass
class Result:
    """What came of a round."""

    verdict: Json
    opened: dict[str, int]
    private: dict[str, dict[str, int]]
    facts: list[Json]


def run(jobs: Sequence[Json], *, seconds: float = 120, own_start: bool = False) -> Result:
    """Play a round with three workers to its end."""
    workers = [Worker(job, own_start=own_start) for job in jobs]
    try:
        verdicts = [worker.said("verdict", "error", seconds=seconds) for worker in workers]
        assert all("verdict" in each for each in verdicts), (verdicts, [worker.errors for worker in workers])
        assert verdicts[0] == verdicts[1] == verdicts[2]
        for worker in workers:
            worker.say({"go": True})
        done = [worker.said("opened", "error", seconds=seconds) for worker in workers]
        for each, worker in zip(done, workers, strict=True):
            assert "opened" in each, (each, worker.errors)
        for worker in workers:
            worker.say({"stored": True})
        assert all(worker.said("done", "error") == {"done": True} for worker in workers)
        assert [worker.process.wait(120) for worker in workers] == [0, 0, 0]
        members = sorted(set().union(*(each["private"] for each in done)))
        return Result(
            verdict=verdicts[0]["verdict"],
            opened=together([each["opened"] for each in done]),
            private={member: together([each["private"][member] for each in done]) for member in members},
            facts=[each["facts"] for each in done],
        )
    finally:
        for worker in workers:
            worker.close()


def together(held: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Values by name; fails unless all three hold a share of each and they lie on a line."""
    assert set(held[0]) == set(held[1]) == set(held[2])
    values = {name: put_together([int(each[name]) for each in held]) for name in held[0]}
    return {name: value if value < P // 2 else value - P for name, value in values.items()}


def free_addresses(count: int) -> list[str]:
    """Places on loopback where nobody listens yet."""
    return [f"127.0.0.1:{free_port()}" for _ in range(count)]
