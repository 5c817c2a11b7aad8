"""Three real worker processes over TLS: whole rounds, and everything that may come over the wire or happen to a party."""

from __future__ import annotations

import json
import os
import pickle
import random
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.mpc import shares
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.identity import new_identity
from skyddsnat.mpc.layout import Entry, Layout, vector
from skyddsnat.mpc.runtime import LARGEST_MESSAGE, _Json
from skyddsnat.protocols.benchmark.field import P, to_bytes
from skyddsnat.protocols.benchmark.spec import Specification
from tests.effort import seed, tries
from tests.mpc.parties import Json, Round, Worker, run
from tests.mpc.plain import plainly
from tests.mpc.rounds import Entries, amount, code, member_id, specification

ITEMS = [code("QA", 3), code("QB", 19), code("QC", 800), amount("QD"), amount("QE", 9)]


def entries_of(spec: Specification, dice: random.Random, *, gaps: float) -> dict[str, Entries]:
    return {
        member.id: {
            item.id: Entry(dice.randrange(item.max + 1), measured=dice.random() < 0.5)
            for item in spec.items
            if dice.random() >= gaps
        }
        for member in spec.members
    }


@pytest.fixture
def small() -> Round:
    """Five members, one item."""
    spec = specification([code("QA", 3)], 5)
    made = Round(spec)
    for number, member in enumerate(spec.members):
        made.hand_in(member.id, {"QA": Entry(number % 4)})
    return made


@contextmanager
def working(*jobs: Json) -> Iterator[list[Worker]]:
    workers = [Worker(job) for job in jobs]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def error(worker: Worker, instead: str = "opened") -> str:
    said = worker.said("error", instead)
    assert "error" in said, (said, worker.errors)
    assert worker.process.wait(120) == 1
    return str(said["error"])


@pytest.mark.parametrize("round_", range(tries(short=1, long=100)))
def test_a_round_with_cheaters_comes_to_what_it_is_without_them(round_: int) -> None:
    dice = random.Random(seed() * 1000 + round_)
    members = 13 if round_ == 0 else dice.randint(3, 20)
    spec = specification(ITEMS, members, ranks=[dice.random() < 0.5 for _ in range(members)])
    entries, made = entries_of(spec, dice, gaps=dice.choice([0, 0.1])), Round(spec)
    for member, each in entries.items():
        made.hand_in(member, each)
    bent = [list(each) for each in shares.split(vector(spec, {}))]
    bent[1][0] = (bent[1][0] + 1) % P
    made.hand_in_shares(member_id(0), bent)
    made.hand_in_bytes(member_id(1), [to_bytes([1] * Layout.of(spec).size)] * 2 + [b"\xff" * 12])
    made.hand_in_bytes(member_id(2), [to_bytes([1] * Layout.of(spec).size)] * 3, sealed_as=member_id(1))
    result = run([made.job(party) for party in range(3)], own_start=True)
    assert result.verdict["rejected"] == [
        {"member": member_id(0), "reason": "inconsistent"},
        {"member": member_id(1), "reason": "malformed", "by": [2]},
        {"member": member_id(2), "reason": "unopenable", "by": [0, 1, 2]},
    ]
    accepted = [member.id for member in spec.members[3:]]
    assert result.verdict["accepted"] == accepted
    plain = plainly(spec, entries, accepted)
    assert result.opened == plain.opened
    for member, mine in plain.private.items():
        assert {name: result.private[member][name] for name in mine} == mine


def test_a_rerun_with_the_stored_verdict_opens_the_same_with_fresh_shares(small: Round) -> None:
    stored = {"accepted": [member_id(n) for n in range(5)], "rejected": []}
    first = run([small.job(party) for party in range(3)])
    assert first.verdict == stored
    again = run([small.job(party, verdict=stored) for party in range(3)])
    assert (again.opened, again.private) == (first.opened, first.private)


def test_no_party_is_done_before_all_three_have_stored_their_shares(small: Round) -> None:
    with working(*(small.job(party) for party in range(3))) as workers:
        for worker in workers:
            worker.said("verdict", "error")
        for worker in workers:
            worker.say({"go": True})
        for worker in workers:
            assert "opened" in worker.said("opened", "error")
        for worker in workers[:2]:
            worker.say({"stored": True})
        time.sleep(0.5)
        assert not any(line == {"done": True} for worker in workers for line in worker.lines)
        workers[2].process.kill()
        assert [error(worker, "done") for worker in workers[:2]] == ["party_unavailable"] * 2


@pytest.mark.parametrize("time_", range(tries(short=1, long=60)))
def test_a_party_killed_at_any_moment_leaves_the_others_in_a_named_state_and_a_rerun_is_right(time_: int) -> None:
    dice = random.Random(seed() * 1000 + time_)
    spec = specification(ITEMS, 8)
    entries, made = entries_of(spec, dice, gaps=0), Round(spec)
    for member, each in entries.items():
        made.hand_in(member, each)
    limits, lost = {"connect_seconds": 8}, dice.randrange(3)
    with working(*(made.job(party, limits=limits) for party in range(3))) as workers:
        doom = threading.Timer(dice.uniform(0, 3), workers[lost].process.kill)
        doom.start()
        ends = [_live(worker) for worker in workers]
        doom.join()
        assert all(end in {"done", "party_unavailable"} for party, end in enumerate(ends) if party != lost)
    again = run([made.job(party) for party in range(3)])
    assert again.opened == plainly(spec, entries, sorted(entries)).opened


def _live(worker: Worker) -> str:
    """Go on as a supervisor does, until the end."""
    for kind, word in (("verdict", "go"), ("opened", "stored")):
        said = worker.said(kind, "error")
        if kind not in said:
            return str(said.get("error", "end"))
        worker.say({word: True})
    return "done" if "done" in worker.said("done", "error") else "party_unavailable"


def test_a_party_that_nobody_comes_to_gives_up_and_says_who_is_missing(small: Round) -> None:
    with working(small.job(0, limits={"connect_seconds": 1})) as (worker,):
        assert error(worker) == "party_unavailable"
        # What it tells comes before the error; its end may follow.
        told = [line["detail"] for line in worker.lines if "detail" in line]
        assert told[-1:] == [{"said": "party 1 and 2 did not come"}]


def test_parties_of_different_rounds_inputs_or_verdicts_do_not_compute(small: Round) -> None:
    less = small.job(2)
    del less["envelopes"][member_id(4)]
    with working(small.job(0), small.job(1), less) as workers:
        assert [error(worker) for worker in workers] == ["root_mismatch"] * 3
    verdicts = [{"accepted": [member_id(n) for n in range(count)], "rejected": []} for count in (5, 5, 4)]
    with working(*(small.job(party, verdict=verdict) for party, verdict in enumerate(verdicts))) as workers:
        faults = {error(worker) for worker in workers}
        assert "verdict_mismatch" in faults
        assert faults <= {"verdict_mismatch", "party_unavailable"}


def test_a_verdict_that_only_one_party_has_kept_is_found_anew(small: Round) -> None:
    stale = {"accepted": [member_id(0)], "rejected": []}
    with working(small.job(0, verdict=stale), small.job(1), small.job(2)) as workers:
        for worker in workers:
            assert worker.said("verdict", "error")["verdict"]["accepted"] == [member_id(n) for n in range(5)]


def test_somebody_else_at_a_party_s_address_is_refused_by_those_that_dial(small: Round) -> None:
    theirs, key = new_identity(2, now=datetime.now(UTC))
    short = {"connect_seconds": 4}
    false = small.job(2, certificates=[*small.job(2)["certificates"][:2], theirs], tls_key=key, limits=short)
    with working(small.job(0, limits=short), small.job(1, limits=short), false) as workers:
        faults = [error(worker) for worker in workers[:2]]
        assert "peer_identity" in faults
        assert set(faults) <= {"peer_identity", "party_unavailable"}  # the first to see it leaves the other


def test_somebody_else_that_dials_is_not_let_in(small: Round) -> None:
    theirs, key = new_identity(0, now=datetime.now(UTC))
    short = {"connect_seconds": 4}
    false = small.job(0, certificates=[theirs, *small.job(0)["certificates"][1:]], tls_key=key, limits=short)
    with working(false, small.job(1, limits=short), small.job(2, limits=short)) as workers:
        assert [error(worker) for worker in workers] == ["party_unavailable"] * 3


def test_a_party_that_comes_as_another_is_refused_though_its_certificate_is_good(small: Round) -> None:
    certificate, key = small.identities[2]
    short = {"connect_seconds": 8}
    false = small.job(0, certificates=[certificate, *small.job(0)["certificates"][1:]], tls_key=key, limits=short)
    with working(false, small.job(1, limits=short)) as workers:
        assert error(workers[1]) == "peer_identity"


class Forger:
    """Somebody that has taken over party 0, key and all, and says to parties 1 and 2 whatever it likes."""

    def __init__(self, made: Round, path: Path) -> None:
        certificate, key = made.identities[0]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata="\n".join(certificate for certificate, _ in made.identities[1:]))
        path.write_text(certificate + key)
        context.load_cert_chain(path)
        self.sockets = [self._dial(context, address) for address in made.addresses[1:]]

    def _dial(self, context: ssl.SSLContext, address: str) -> ssl.SSLSocket:
        host, port = address.split(":")
        for _ in range(2400):
            try:
                dialled = context.wrap_socket(socket.create_connection((host, int(port))))
            except OSError:
                time.sleep(0.05)
                continue
            dialled.sendall((0).to_bytes(2, "little") + os.urandom(16))  # its number, and its part of a key
            return dialled
        raise AssertionError(f"nobody listens at {address}")

    def answer(self, payload: bytes, *, size: int | None = None) -> None:
        """Answer the first message of both in this way, under the label that they expect."""
        for each in self.sockets:
            label = each.recv(12)[:8]
            each.sendall(label + struct.pack("<I", len(payload) if size is None else size) + payload)

    def close(self) -> None:
        for each in self.sockets:
            each.close()


class Trap:
    """Executed by whoever unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (os.mkdir, (str(self.path),))


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999", "0.5"])
def test_a_number_that_is_none_is_that_party_s_fault_and_not_the_reader_s(number: str) -> None:
    """`int` of it ends in errors that nobody reckons with: an honest party would have counted it as its own."""
    with pytest.raises(ComputationFailed, match="output_inconsistent"):
        _Json.loads(f'["1", {number}]'.encode())
    assert _Json.loads(b'{"judged": true, "shares": ["1"], "n": 7}') == {"judged": True, "shares": ["1"], "n": 7}


@pytest.mark.parametrize("what", ["pickle", "too large", "no object"])
def test_nothing_that_a_party_sends_is_executed_or_fills_the_memory(small: Round, tmp_path: Path, what: str) -> None:
    trap = tmp_path / "executed"
    with working(small.job(1), small.job(2)) as workers:
        forger = Forger(small, tmp_path / "forger.pem")
        try:
            if what == "pickle":
                forger.answer(pickle.dumps(Trap(trap)))
            elif what == "too large":
                forger.answer(b"[", size=LARGEST_MESSAGE + 1)
            else:
                forger.answer(json.dumps([1, 2]).encode())
            faults = [error(worker) for worker in workers]
        finally:
            forger.close()
    assert not trap.exists()
    assert set(faults) <= {"output_inconsistent", "version_mismatch", "party_unavailable"}
    assert faults != ["party_unavailable"] * 2
    pickle.loads(pickle.dumps(Trap(trap)))  # noqa: S301  the trap does work
    assert trap.exists()


def test_strangers_at_the_door_disturb_nothing_and_no_other_door_is_open(small: Round) -> None:
    host, port = small.addresses[2].split(":")
    with working(small.job(2)) as (last,):
        for _ in range(2400):
            try:
                socket.create_connection((host, int(port))).close()
                break
            except OSError:
                time.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", int(port)))
        with socket.create_connection((host, int(port))) as loud:
            loud.sendall(b"\x00\x00" + b"GET / HTTP/1.1\r\n\r\n" * 20)
        with working(small.job(0), small.job(1)) as others:
            assert all("verdict" in worker.said("verdict", "error") for worker in [*others, last])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"party": 3}, "job"),
        ({"addresses": ["127.0.0.1:1"]}, "job"),
        ({"round_key": "00"}, "job"),
        ({"spec": {"format": "other"}}, "specification"),
    ],
    ids=["party", "addresses", "key", "specification"],
)
def test_a_job_that_is_not_understood_is_refused_by_name(small: Round, change: Json, said: str) -> None:
    with working(small.job(0) | change) as (worker,):
        assert error(worker) == said


def test_the_worker_ends_when_its_supervisor_does_not_say_go(small: Round) -> None:
    with working(*(small.job(party) for party in range(3))) as workers:
        for worker in workers:
            worker.said("verdict", "error")
        workers[0].say({"go": False})
        assert error(workers[0]) == "job"


def test_a_run_that_takes_too_long_ends_in_a_named_state(small: Round) -> None:
    with working(small.job(1, limits={"wall_seconds": 0.5})) as (worker,):
        assert error(worker) == "time_limit"


def test_the_engine_is_loaded_in_no_process_but_the_worker() -> None:
    assert "mpyc" not in sys.modules
