"""A whole transcript is checked without the hub; whatever was changed in it is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from skyddsnat.protocols.benchmark import canonical, envelope, receipt, statement, transcript, verify
from skyddsnat.protocols.benchmark.envelope import Envelope, SignedEnvelope
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement, Statement
from skyddsnat.protocols.benchmark.transcript import Entry
from tests.rounds import PARTIES, dealt, plain_result, random_values, signing_key, specification

SPEC = specification()
VALUES = random_values(SPEC, random.Random(11))
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_what_is_told_of_a_wicked_message_steers_no_terminal() -> None:
    """A name in it is repeated; on a party's terminal it could write `ok` over a FAIL."""
    with pytest.raises(BadRound) as told:
        transcript.read(json.dumps({"n": 0, "\x1b[1A\r\nok  chain\u202e\ud800": 1}).encode())
    assert "ok  chain" in told.value.message
    assert (told.value.message.isprintable(), str(told.value).isprintable()) == (True, True)
    told.value.message.encode()


def sealed(member: str, seq: int = 1, *, spec: str = SPEC.sha256, signer: str | None = None) -> SignedEnvelope:
    first, second, third = (sha256(f"{member} {seq} {party}".encode()).hexdigest() for party in range(3))
    made = Envelope(SPEC.round, spec, member, seq, (first, second, third))
    return envelope.sign(made, signing_key(signer or member))


def said(
    kind: Kind, party: int, body: dict[str, Any], *, signer: str | None = None, round: str = SPEC.round
) -> SignedStatement:
    return statement.sign(Statement(kind, round, SPEC.sha256, party, body), signing_key(signer or PARTIES[party]))


def bodies(submissions: list[SignedEnvelope]) -> dict[Kind, list[dict[str, Any]]]:
    root, size = envelope.root(submissions)
    approval = {"certificate": "-----BEGIN CERTIFICATE-----", "address": "127.0.0.1:7000", "program": "0.2.0+abc"}
    return {
        Kind.APPROVAL: [{"round_key": f"{party}" * 64, **approval} for party in range(3)],
        Kind.ROOT: [{"root": root, "size": size}] * 3,
        Kind.RUN: [{"root": root}] * 3,
        Kind.VERDICT: [{"accepted": sorted(VALUES), "rejected": []}] * 3,
        Kind.OUTPUT: [{"opened": shares} for shares in dealt(plain_result(SPEC, VALUES).opened, random.Random(2))],
    }


def whole(*, change: Callable[[list[tuple[str, str, Any]]], None] = lambda _: None) -> bytes:
    submissions = [sealed("alfa", 1), *(sealed(member, 2 if member == "alfa" else 1) for member in VALUES)]
    rows: list[tuple[str, str, Any]] = [("hub", "specification", json.loads(SPEC.raw))]
    rows += [(f"member:{s.envelope.member}", "submission", s.document()) for s in submissions]
    rows += [
        (f"party-{party}", "statement", said(kind, party, body).document())
        for kind, three in bodies(submissions).items()
        for party, body in enumerate(three)
    ]
    change(rows)
    entries: list[Entry] = []
    for n, (by, kind, content) in enumerate(rows):
        last = entries[-1] if entries else None
        entries.append(transcript.follow(last, at=NOW + timedelta(seconds=n), by=by, kind=kind, content=content))
    return transcript.lines(entries)


def test_a_whole_round_is_read_and_its_result_checked() -> None:
    found = verify.verify(whole(), pinned=[party.signing_key for party in SPEC.parties])
    assert found.release is not None
    assert set(found.release.items) == set(SPEC.item_of)
    assert found.accepted == tuple(sorted(VALUES))


def test_every_single_byte_counts() -> None:
    raw = whole()
    rng = random.Random(5)
    for at in rng.sample(range(len(raw)), 200):
        for odd in {b"0", b"x"} - {raw[at : at + 1]}:
            changed = raw[:at] + odd + raw[at + 1 :]
            try:
                found = verify.verify(changed)
            except BadRound:
                continue
            # Only the time of the last entry can be another without anyone noticing: the head is what people compare.
            assert found.head != verify.verify(raw).head


@pytest.mark.parametrize("gone", [0, 1, 3, 8, 15])
def test_a_line_left_out_is_missed(gone: int) -> None:
    rows = whole().splitlines(keepends=True)
    with pytest.raises(BadRound):
        verify.verify(b"".join(rows[:gone] + rows[gone + 1 :]))


def refused(change: Callable[[list[tuple[str, str, Any]]], None]) -> str:
    with pytest.raises(BadRound) as caught:
        verify.verify(whole(change=change))
    return caught.value.code


def place(rows: list[tuple[str, str, Any]], kind: Kind, party: int) -> int:
    return next(
        n for n, (by, what, content) in enumerate(rows)
        if what == "statement" and by == f"party-{party}" and content["statement"]["kind"] == kind
    )  # fmt: skip


def put(kind: Kind, party: int, body: dict[str, Any], **facts: Any) -> Callable[[list[tuple[str, str, Any]]], None]:
    def change(rows: list[tuple[str, str, Any]]) -> None:
        rows[place(rows, kind, party)] = (f"party-{party}", "statement", said(kind, party, body, **facts).document())

    return change


def test_a_malicious_hub_is_found_out() -> None:
    def leave_out(rows: list[tuple[str, str, Any]]) -> None:
        del rows[3]

    def forge(rows: list[tuple[str, str, Any]]) -> None:
        rows[3] = (rows[3][0], "submission", sealed("beta", 3, signer="gamma").document())

    def from_another_round(rows: list[tuple[str, str, Any]]) -> None:
        rows[3] = (rows[3][0], "submission", sealed("beta", 1, spec="0" * 64).document())

    assert refused(leave_out) == "bad_root"
    assert refused(forge) == "bad_signature"
    assert refused(from_another_round) == "other_specification"
    assert refused(put(Kind.RUN, 1, {"root": "0" * 64}, signer="alfa")) == "bad_signature"
    assert refused(put(Kind.RUN, 1, {"root": "0" * 64}, round="2026-q1")) == "other_round"
    assert refused(put(Kind.RUN, 1, {"root": "0" * 64})) == "not_allowed"
    assert refused(put(Kind.ROOT, 2, {"root": "0" * 64, "size": 5})) == "not_allowed"
    assert refused(put(Kind.VERDICT, 0, {"accepted": ["alfa"], "rejected": []})) == "not_allowed"


def test_another_partys_key_than_the_one_you_know_is_refused() -> None:
    with pytest.raises(BadRound, match="ask each party"):
        verify.verify(whole(), pinned=[public_hex(signing_key("någon"))] * 3)


def test_a_party_that_says_two_things_is_refused() -> None:
    def change(rows: list[tuple[str, str, Any]]) -> None:
        rows.append(("party-0", "statement", said(Kind.VERDICT, 0, {"accepted": ["alfa"], "rejected": []}).document()))

    assert refused(change) == "not_allowed"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.OUTPUT, {"opened": {"MET-BLK-05/max": "1"}}),
        (Kind.OUTPUT, {"opened": {"MET-BLK-05/median": "-1"}}),
        (Kind.OUTPUT, {"opened": {"MET-BLK-05/median": str(2**89 - 1)}}),
        (Kind.OUTPUT, {"opened": {"MET-BLK-05/median": 7}}),
        (Kind.VERDICT, {"accepted": ["beta", "alfa"], "rejected": []}),
        (Kind.VERDICT, {"accepted": ["alfa"], "rejected": [{"member": "alfa", "reason": "not_bits"}]}),
        (Kind.VERDICT, {"accepted": [], "rejected": [{"member": "alfa", "reason": "unwelcome"}]}),
        (Kind.APPROVAL, {"round_key": "0" * 64, "certificate": "BEGIN PRIVATE KEY", "address": "a:1", "program": "1"}),
        (Kind.APPROVAL, {"round_key": "0" * 64, "certificate": "-", "address": "a b:1", "program": "1"}),
        (Kind.ROOT, {"root": "0" * 63, "size": 5}),
        (Kind.ABORTED, {"code": "mood", "detail": {}}),
        (Kind.DESTROYED, {"what": ["evidence"]}),
        (Kind.POSITIONS, {"sealed": {"Alfa": "x" * 80}}),
    ],
)
def test_a_statement_that_cannot_be_read_cannot_be_signed(kind: Kind, body: dict[str, Any]) -> None:
    with pytest.raises(BadRound):
        said(kind, 0, body)


def test_a_receipt_is_the_hubs_and_no_others() -> None:
    hub, other = signing_key("navet"), signing_key("alfa")
    made = receipt.sign(sealed("alfa").envelope, at=NOW, entry=17, key=hub)
    assert receipt.read(made.wire(), key=public_hex(hub)) == made
    with pytest.raises(BadRound, match="signature"):
        receipt.read(made.wire(), key=public_hex(other))
    with pytest.raises(BadRound, match="signature"):
        receipt.read({**made.wire(), "receipt": {**made.document(), "seq": 2}}, key=public_hex(hub))


def test_a_submission_whose_ciphertext_is_another_is_refused() -> None:
    raw = tuple(f"alfa 1 {party}".encode() for party in range(3))
    wire = envelope.wire(sealed("alfa"), raw)  # type: ignore[arg-type]
    signed, taken = envelope.read_submission(wire)
    signed.check(SPEC)
    assert taken == raw
    for party in range(3):
        texts = list(wire["sealed"])
        texts[party] = texts[(party + 1) % 3]
        with pytest.raises(BadRound, match=f"party {party}"):
            envelope.read_submission({**wire, "sealed": texts})


def test_an_outsider_is_not_taken_in() -> None:
    with pytest.raises(BadRound) as caught:
        sealed("utomstaende").check(SPEC)
    assert caught.value.code == "unknown_member"


@pytest.mark.parametrize("odd", [1.5, 2**53, {"a": {1: 2}}, b"x", {"a": [float("nan")]}])
def test_what_two_languages_would_read_apart_is_never_written(odd: Any) -> None:
    with pytest.raises(BadRound):
        canonical.dumps(odd)


def test_the_root_is_that_of_the_latest_submissions_in_any_order() -> None:
    rows = [sealed("alfa"), sealed("beta"), sealed("alfa", 2)]
    assert envelope.root(rows) == envelope.root(rows[::-1]) == envelope.root(rows[1:])
    assert envelope.root(rows)[1] == 2
    assert envelope.root([])[1] == 0
    assert envelope.root([sealed("alfa")]) != envelope.root([replace(sealed("alfa"), signature="0" * 128)])


def test_a_round_that_was_stopped_for_unequal_words_is_read_without_a_result() -> None:
    def stop(rows: list[tuple[str, str, Any]]) -> None:
        at = place(rows, Kind.VERDICT, 0)
        rows[at] = ("party-0", "statement", said(Kind.VERDICT, 0, {"accepted": ["alfa"], "rejected": []}).document())
        rows.append(("hub", "state", {"from": "computing", "to": "aborted", "code": "verdict_mismatch"}))

    found = verify.verify(whole(change=stop))
    assert found.stopped
    assert found.release is None
