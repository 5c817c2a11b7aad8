"""Stands in for what the three workers do with each other: they meet, agree, get shares of a fresh sharing, and part together.

Whoever goes away breaks it for all, as in the real computation; and each attempt deals anew, so that shares of two attempts mixed
do not lie on a line.
"""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skyddsnat.protocols.benchmark.spec import Specification
from tests.rounds import Plain, dealt

WORKER = """
import json, os, select, socket, sys, time
SOCKET = {socket!r}
MOOD = {mood!r}


def say(thing):
    sys.stdout.write(json.dumps(thing) + "\\n")
    sys.stdout.flush()


def main():
    job = json.loads(sys.stdin.readline())
    if MOOD == "hang":
        say({{"phase": "proofs", "done": 0, "of": 1}})
        time.sleep(600)
    if MOOD == "flood":
        while True:
            sys.stdout.write("x" * 65536)
    if MOOD == "eat":
        say({{"phase": "proofs", "done": 0, "of": 1}})
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    if MOOD == "burn":
        say({{"phase": "proofs", "done": 0, "of": 1}})
        while True:
            pass
    if MOOD == "leave":
        sys.exit(0)
    if MOOD == "chatter":
        say(["not", "an", "object"])
        time.sleep(600)
    if MOOD == "strange":
        say({{"error": ["root_mismatch"], "detail": {{}}}})
        time.sleep(600)
    if MOOD.startswith("error:"):
        say({{"error": MOOD.partition(":")[2], "detail": {{"said": "123456789"}}}})
        sys.exit(1)
    say({{"phase": "connecting", "done": 0, "of": 1}})
    with socket.socket(socket.AF_UNIX) as peers:
        peers.connect(SOCKET)
        lines = peers.makefile("rw")
        told = ask(lines, {{"party": job["party"], "round": job["spec"]["round"], "verdict": job["verdict"]}})
        say({{"phase": "proofs", "done": 0, "of": 1}})
        say({{"verdict": told["verdict"]}})
        assert hear(peers) == {{"go": True}}
        told = ask(lines, {{"go": True}})
        say({{"opened": told["opened"], "private": told["private"], "facts": {{"bytes_sent": 7, "cpu_seconds": 0.25}}}})
        assert hear(peers) == {{"stored": True}}
        ask(lines, {{"stored": True}})
        say({{"done": True}})


def hear(peers):
    # A peer that is lost while the supervisor is awaited is noticed, as by the real worker.
    if sys.stdin in select.select([sys.stdin, peers], [], [])[0]:
        return json.loads(sys.stdin.readline())
    say({{"error": "party_unavailable", "detail": {{}}}})
    sys.exit(1)


def ask(lines, thing):
    lines.write(json.dumps(thing) + "\\n")
    lines.flush()
    line = lines.readline()
    if not line:
        say({{"error": "party_unavailable", "detail": {{}}}})
        sys.exit(1)
    return json.loads(line)


main()
"""


@dataclass
class _Attempt:
    """Three workers that have met.  arrived: how many wait at the present step."""

    peers: dict[int, socket.socket] = field(default_factory=dict)
    arrived: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arrive(self, step: str, answers: Callable[[str], list[dict[str, Any]]]) -> None:
        with self.lock:
            self.arrived += 1
            if self.arrived < 3:
                return
            self.arrived = 0
        self.tell(answers(step))

    def tell(self, answers: list[dict[str, Any]]) -> None:
        for index, peer in self.peers.items():
            try:
                peer.sendall(json.dumps(answers[index]).encode() + b"\n")
            except OSError:
                self.end()

    def end(self) -> None:
        for peer in self.peers.values():
            _shut(peer)


def _shut(peer: socket.socket) -> None:
    with suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)


class Meeting:
    """Where the stand-ins meet.  verdict: by party, what its worker finds; broken: attempts that came to nothing."""

    def __init__(
        self, folder: Path, spec: Specification, plain: Plain, *, rejected: Mapping[str, str] | None = None
    ) -> None:
        self.path = folder / "meeting.sock"
        self.folder = folder
        self.spec = spec
        self.plain = plain
        left_out = rejected or {}
        verdict = {
            "accepted": sorted(set(plain.private) - set(left_out)),
            "rejected": [{"member": member, "reason": reason} for member, reason in sorted(left_out.items())],
        }
        self.verdicts: list[dict[str, Any]] = [dict(verdict) for _ in range(3)]
        self.given: list[Any] = []
        self.done = 0
        self._random = random.Random(5)
        self._joining: dict[int, tuple[socket.socket, _Attempt]] = {}
        self._lock = threading.Lock()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self.path))
        self._server.listen(16)
        self._server.settimeout(0.2)
        self._open = True
        for party in range(3):
            self.write_worker(party)
        threading.Thread(target=self._serve, daemon=True).start()

    def write_worker(self, party: int, mood: str = "") -> Path:
        """The stand-in's module for one party.  Returns the folder to put on its path."""
        folder = self.folder / f"worker-{party}"
        folder.mkdir(exist_ok=True)
        (folder / "stand_in.py").write_text(WORKER.format(socket=str(self.path), mood=mood))
        return folder

    def stop(self) -> None:
        self._open = False
        self._server.close()
        with self._lock:
            for peer, _ in self._joining.values():
                _shut(peer)

    def _serve(self) -> None:
        while self._open:
            try:
                peer, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._listen, args=[peer], daemon=True).start()

    def _listen(self, peer: socket.socket) -> None:
        """One worker's lines.  Its end ends the attempt for the two others that it had met."""
        met: _Attempt | None = None
        try:
            with peer.makefile("r") as lines:
                for line in lines:
                    said = json.loads(line)
                    if "party" in said:
                        self.given.append(said["verdict"])
                        met = self._join(said["party"], peer)
                    else:
                        assert met is not None
                        met.arrive(next(iter(said)), self._answers)
        except (OSError, ValueError):
            pass
        with self._lock:
            self._joining = {party: each for party, each in self._joining.items() if each[0] is not peer}
        if met is not None:
            met.end()

    def _join(self, party: int, peer: socket.socket) -> _Attempt:
        """Wait for the two others; who comes again takes its own place."""
        with self._lock:
            attempt = next((each[1] for each in self._joining.values()), None) or _Attempt()
            self._joining[party] = (peer, attempt)
            if len(self._joining) == 3:
                attempt.peers = {index: each[0] for index, each in self._joining.items()}
                self._joining = {}
                attempt.tell(self._answers("party"))
            return attempt

    def _answers(self, step: str) -> list[dict[str, Any]]:
        if step == "party":
            return [{"verdict": verdict} for verdict in self.verdicts]
        if step == "stored":
            self.done += 1
            return [{"done": True}] * 3
        opened = dealt(self.plain.opened, self._random)
        private: list[dict[str, Any]] = [{}, {}, {}]
        for member, names in self.plain.private.items():
            for index, shares in enumerate(dealt(names, self._random)):
                private[index][member] = shares
        return [{"opened": opened[index], "private": private[index]} for index in range(3)]
