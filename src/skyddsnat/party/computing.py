"""One attempt at a round's computation: a worker, the verdicts of the three, and the shares, stored before anybody says them.

An attempt may end at any moment and be made again: same root, same verdict, fresh randomness.  What must never happen is that the
parties say shares of two different attempts.  So a worker tells that it is done only when it knows that all three parties have
stored theirs (docs/adr/0030).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from skyddsnat.party.config import LimitsConfig
from skyddsnat.party.errors import Aborting, HubError, TryAgain
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.vault import Vault
from skyddsnat.party.worker import Bounds, Worker
from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.protocols.benchmark import canonical, statement
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.protocols.benchmark.statement import Kind

log = logging.getLogger("skyddsnat.party")

CONNECTING: Final = "connecting"
"""The phase in which the peers are not there yet."""

LISTEN_SECONDS: Final = 5.0
PARTING_SECONDS: Final = 5.0
SHARE_BYTES: Final = 128
NAMES_AN_ITEM: Final = 8
PRIVATE_NAMES: Final = 4

START = Callable[[Path, Bounds], Worker]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What an attempt needs.  job: for the worker.  say: stores and hands in the verdict.  look: the transcript, anew."""

    specification: Specification
    members: Sequence[str]
    job: Mapping[str, Any]
    limits: LimitsConfig
    vault: Vault
    start: START
    say_verdict: Callable[[Mapping[str, Any]], None]
    look: Callable[[], Evidence]
    stop: threading.Event
    poll_seconds: float

    def run(self) -> Mapping[str, int | float]:
        """Until all three parties have stored their shares.  Returns the worker's facts, numbers only.

        Raises TryAgain, Aborting.
        """
        round_ = self.specification.round
        bounds = Bounds(
            memory_bytes=self.limits.memory_mb * 1024 * 1024,
            cpu_seconds=self.limits.cpu_seconds,
            wall_seconds=self.limits.wall_seconds,
            output_bytes=longest_output(self.specification),
        )
        try:
            with self.start(self.vault.work(round_), bounds) as worker:
                return _Conversation(self, worker).hold()
        finally:
            self.vault.clear_work(round_)


class _Conversation:
    """What is said between supervisor and worker."""

    def __init__(self, attempt: Attempt, worker: Worker) -> None:
        self._attempt = attempt
        self._worker = worker
        self._began = time.monotonic()
        self._connected = False
        self._accepted: Sequence[str] = ()

    def hold(self) -> Mapping[str, int | float]:
        self._worker.send(self._attempt.job)
        while True:
            message = self._next()
            if "verdict" in message:
                self._agree(message["verdict"])
                self._worker.send({"go": True})
            elif "opened" in message:
                return self._keep(message)
            else:
                raise TryAgain("worker", own_fault=True)

    def _next(self) -> Mapping[str, Any]:
        """The next thing that is not about progress."""
        while True:
            message = self._worker.hear(min(self._attempt.poll_seconds, LISTEN_SECONDS))
            if self._attempt.stop.is_set():
                raise TryAgain("stopped", own_fault=False)
            if message is None:
                if not self._connected:
                    self._check_wait()
                continue
            if "error" in message:
                raise _fault(message["error"])
            if "phase" not in message:
                return message
            self._connected = self._connected or message["phase"] != CONNECTING
            log.debug("round %s: phase %s", self._attempt.specification.round, str(message["phase"])[:40])

    def _check_wait(self) -> None:
        """Peers that have shares of an earlier attempt, or have ended the round, never come.  Raises TryAgain."""
        if time.monotonic() - self._began > self._attempt.limits.connect_seconds:
            raise TryAgain("peers", own_fault=False)
        found = self._evidence()
        if found is not None and (found.aborted() or found.said(Kind.OUTPUT)):
            raise TryAgain("over", own_fault=False)

    def _agree(self, verdict: Any) -> None:
        """Say the verdict, and wait for the two others.  Raises Aborting(verdict_mismatch)."""
        body = self._body(verdict)
        self._accepted = body["accepted"]
        self._attempt.say_verdict(body)
        while True:
            found = self._evidence()
            if found is not None and found.aborted():
                raise TryAgain("over", own_fault=False)
            said = found.all(Kind.VERDICT) if found else None
            if said is not None:
                if not statement.agree(said):
                    raise Aborting(Abort.VERDICT_MISMATCH)
                return
            message = self._worker.hear(self._attempt.poll_seconds)
            if message is not None and "error" in message:
                raise _fault(message["error"])
            if message is not None and "phase" not in message:
                raise TryAgain("worker", own_fault=True)
            if self._attempt.stop.is_set():
                raise TryAgain("stopped", own_fault=False)

    def _body(self, verdict: Any) -> dict[str, Any]:
        try:
            body = {"accepted": list(verdict["accepted"]), "rejected": [dict(row) for row in verdict["rejected"]]}
            judged = [*body["accepted"], *(row["member"] for row in body["rejected"])]
            fits = sorted(judged) == sorted(self._attempt.members)
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise TryAgain("worker", own_fault=True)
        return body

    def _evidence(self) -> Evidence | None:
        """None while the hub is away: the worker waits meanwhile."""
        try:
            return self._attempt.look()
        except HubError:
            return None

    def _keep(self, message: Mapping[str, Any]) -> Mapping[str, int | float]:
        """Store the shares, tell the worker so, and wait until it knows that the two others have stored theirs."""
        round_ = self._attempt.specification.round
        result = {
            "opened": _shares(message["opened"]),
            "private": _private(message.get("private"), self._accepted),
        }
        self._attempt.vault.keep_pending(round_, result)
        self._worker.send({"stored": True})
        try:
            done = self._next()
        except TryAgain as failure:  # whatever it was: the others may or may not have theirs
            raise TryAgain(failure.cause, own_fault=False) from None
        if done.get("done") is not True:
            raise TryAgain("worker", own_fault=True)
        self._attempt.vault.commit(round_)
        self._worker.let_go(PARTING_SECONDS)
        facts = message.get("facts")
        return _numbers(facts if isinstance(facts, dict) else {})


def longest_output(specification: Specification) -> int:
    """Bytes that a worker can need for all that it says."""
    opened = len(specification.items) * NAMES_AN_ITEM
    private = len(specification.items) * len(specification.members) * PRIVATE_NAMES
    return 1_000_000 + SHARE_BYTES * (opened + private)


def _fault(error: object) -> Exception:
    """What the worker's error means for the round.  Its detail is not taken over: it might hold what must not be told."""
    code = str(error)
    if code == Abort.PARTY_UNAVAILABLE:
        return TryAgain("peers", own_fault=False)
    if code in {Abort.ROOT_MISMATCH, Abort.VERSION_MISMATCH, Abort.VERDICT_MISMATCH, Abort.OUTPUT_INCONSISTENT}:
        return Aborting(Abort(code))
    # A peer's port may still be held by its worker of another round, with another certificate: not the first time, therefore.
    return TryAgain({"peer_identity": "peer_identity", "time_limit": "wall"}.get(code, "worker"), own_fault=True)


def _shares(thing: Any) -> dict[str, str]:
    """Names and decimal shares; which names may be there is tested by everyone who reads the release."""
    if not isinstance(thing, dict):
        raise TryAgain("worker", own_fault=True)
    try:
        for name, text in thing.items():
            statement.share(text, what=name)
    except BadRound:
        raise TryAgain("worker", own_fault=True) from None
    return dict(thing)


def _private(thing: Any, members: Sequence[str]) -> dict[str, dict[str, str]]:
    if not isinstance(thing, dict) or not set(thing) <= set(members):
        raise TryAgain("worker", own_fault=True)
    return {member: _shares(names) for member, names in thing.items()}


def _numbers(facts: Mapping[str, Any]) -> dict[str, int | float]:
    """Bytes, seconds and the like, for the journal."""
    plain = {
        str(name)[:40]: value
        for name, value in facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= canonical.LARGEST_INT
    }
    return dict(sorted(plain.items())[:40])
