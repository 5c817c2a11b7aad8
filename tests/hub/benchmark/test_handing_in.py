"""A member hands in, by token or in the browser: receipts, replacement, the deadline, and each malformed body by name."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.limits import MOST_SUBMISSIONS_A_ROUND
from skyddsnat.hub.benchmark.models import BenchmarkKey, Ciphertext, ReceiptKey, Submission
from skyddsnat.hub.benchmark.services import submissions
from skyddsnat.hub.members.actor import Actor
from skyddsnat.protocols.benchmark import envelope, receipt, transcript
from skyddsnat.protocols.benchmark.spec_reader import MOST_MEMBERS
from skyddsnat.protocols.benchmark.transcript import MOST_ENTRIES
from tests.hub.benchmark.conftest import Bench, signer
from tests.hub.benchmark.test_evidence import code_of, undone


def ask(bench: Bench, member: str, scope: str, path: str, body: object = None, **more: Any) -> Any:
    """A machine's request below /api/bench/."""
    headers = {"Authorization": f"Bearer {bench.cast.token(member, scope)}"}
    where = f"/api/bench/{path}"
    if body is None:
        return Client().get(where, headers=headers)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(where, content, content_type=more.get("kind", "application/json"), headers=headers)


def test_an_agent_hands_in_and_keeps_a_receipt_that_proves_it(bench: Bench) -> None:
    round_ = bench.opened()
    wire = bench.wire(round_, "alfa")
    answer = ask(bench, "alfa", "shares", f"rounds/{round_.pk}/submissions", wire)
    assert answer.status_code == 201
    kept = receipt.read(answer.json(), key=services.log_key())
    assert (kept.envelope.member, kept.envelope.seq) == ("alfa", 1)
    assert Entry.objects.get(pk=kept.entry).action == "round.handed_in"
    again = ask(bench, "alfa", "shares", f"rounds/{round_.pk}/submissions", wire)
    assert (again.status_code, again.json()) == (200, answer.json()), "a lost answer is given once more"
    found = ask(bench, "alfa", "shares", "rounds").json()
    assert [(one["id"], one["state"], one["seq"], one["wanted"]) for one in found["rounds"]] == [
        (round_.pk, "open", 1, [])
    ]
    assert ask(bench, "beta", "shares", "rounds").json()["rounds"][0]["wanted"] == ["submission"]
    assert found["log_key"] == services.log_key()


def test_a_later_submission_replaces_the_earlier_and_its_ciphertexts(bench: Bench) -> None:
    round_ = bench.opened()
    bench.hand_in(round_, "alfa", seq=1)
    bench.hand_in(round_, "alfa", seq=3)
    assert [one.envelope.seq for one in bench.listed(round_)] == [3]
    assert Ciphertext.objects.count() == 3
    assert code_of(lambda: bench.hand_in(round_, "alfa", seq=2)) == "stale_seq"
    assert code_of(lambda: bench.hand_in(round_, "alfa", seq=1)) == "stale_seq", "a replay"


def test_what_is_refused_and_why(bench: Bench) -> None:
    round_, other = bench.opened(), bench.approved("annan", metrics=["MET-LEA-01"])
    alfa, place = Actor.of(bench.leads["alfa"]), f"rounds/{round_.pk}/submissions"
    good = bench.wire(round_, "alfa")

    def with_envelope(**fields: Any) -> dict[str, Any]:
        return good | {"envelope": good["envelope"] | fields}

    def ciphertexts(*raw: bytes) -> dict[str, Any]:
        """Others than those that were signed for; or signed anew, where they are as many."""
        inner = good["envelope"] | {"sealed": [hashlib.sha256(one).hexdigest() for one in raw]}
        made = envelope.Envelope(round_.pk, round_.spec_sha256, "alfa", 1, tuple(inner["sealed"]))  # type: ignore[arg-type]
        return dict(envelope.wire(envelope.sign(made, signer("alfa")), raw))  # type: ignore[arg-type]

    size = envelope.ciphertext_size(round_.specification)
    bodies: dict[str, tuple[object, int, str]] = {
        "no JSON": (b"\xff\x00", 422, "malformed"),
        "a list": ([good], 422, "malformed"),
        "no envelope": ({key: good[key] for key in ("signature", "sealed")}, 422, "malformed"),
        "more than it may hold": (good | {"value": 17}, 422, "malformed"),
        "a value beside the hashes": (with_envelope(value=17), 422, "malformed"),
        "two ciphertexts": (good | {"sealed": good["sealed"][:2]}, 422, "malformed"),
        "no base64": (good | {"sealed": ["?"] * 3}, 422, "malformed"),
        "swapped ciphertexts": (good | {"sealed": good["sealed"][::-1]}, 422, "malformed"),
        "a short ciphertext": (ciphertexts(b"a" * size, b"b" * (size - 1), b"c" * size), 422, "malformed"),
        "a long ciphertext": (ciphertexts(b"a" * size, b"b" * size, b"c" * (size + 12)), 422, "malformed"),
        "a fraction for a number": (with_envelope(seq=1.5), 422, "malformed"),
        "number 0": (with_envelope(seq=0), 422, "malformed"),
        "another number than was signed": (with_envelope(seq=2), 422, "bad_signature"),
        "another member's signature": (
            good | {"signature": bench.wire(round_, "beta")["signature"]},
            422,
            "bad_signature",
        ),
        "another round": (bench.wire(other, "alfa"), 422, "other_round"),
        "another specification": (bench.wire(round_, "alfa", spec="0" * 64), 422, "other_specification"),
        "another member": (bench.wire(round_, "beta"), 409, "other_member"),
        "nobody in the round": (bench.wire(round_, "omega"), 422, "unknown_member"),
    }
    found = {}
    for name, (body, _, _) in bodies.items():
        answer = ask(bench, "alfa", "shares", place, body)
        found[name] = (answer.status_code, answer.json()["title"])
    assert found == {name: (status, code) for name, (_, status, code) in bodies.items()}
    assert ask(bench, "alfa", "shares", place, good, kind="text/plain").status_code == 422
    assert ask(bench, "alfa", "shares", place, b"x" * 4_000_001).status_code == 413
    assert code_of(lambda: services.hand_in(alfa, other.pk, bench.wire(other, "alfa"), now=bench.now)) == "not_open"
    assert code_of(lambda: services.hand_in(alfa, round_.pk, good, now=round_.deadline)) == "late"
    assert not Submission.objects.exists()
    assert not Ciphertext.objects.exists()


def test_late_is_refused_by_the_clock_also_before_the_hub_has_closed_the_round(bench: Bench) -> None:
    round_ = bench.opened()
    type(round_).objects.filter(pk=round_.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    answer = ask(bench, "alfa", "shares", f"rounds/{round_.pk}/submissions", bench.wire(round_, "alfa"))
    assert (answer.status_code, answer.json()["title"]) == (409, "late")


def test_a_revoked_key_hands_in_no_more(bench: Bench) -> None:
    round_ = bench.opened()
    key = BenchmarkKey.objects.get(member_id="alfa")
    services.revoke_key(bench.leads["alfa"], key.pk, now=bench.now)
    assert code_of(lambda: bench.hand_in(round_, "alfa")) == "key_revoked"


def test_a_members_submissions_are_counted(bench: Bench, settings: Any) -> None:
    settings.BENCHMARK_SUBMISSIONS_PER_HOUR = 1
    round_ = bench.opened()
    bench.hand_in(round_, "alfa")
    answer = ask(bench, "alfa", "shares", f"rounds/{round_.pk}/submissions", bench.wire(round_, "alfa", seq=2))
    assert (answer.status_code, answer.json()["title"]) == (429, "too_often")
    settings.BENCHMARK_REQUESTS_PER_MINUTE = 0
    assert ask(bench, "alfa", "shares", "rounds").status_code == 429


def test_nobody_fills_the_transcript_until_no_party_reads_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "MOST_SUBMISSIONS_A_ROUND", 2)
    assert MOST_SUBMISSIONS_A_ROUND * MOST_MEMBERS < MOST_ENTRIES
    round_ = bench.opened()
    for seq in (1, 2):
        bench.hand_in(round_, "alfa", seq=seq)
    assert code_of(lambda: bench.hand_in(round_, "alfa", seq=3)) == "too_many"
    assert bench.hand_in(round_, "alfa", seq=2), "the same again is answered as before"
    assert bench.hand_in(round_, "beta")


def test_a_lead_hands_in_from_the_browser_with_the_pages_token_and_nobody_else_does(bench: Bench) -> None:
    round_ = bench.opened()
    where, wire = f"/benchmark/rounds/{round_.pk}/submit/", bench.wire(round_, "alfa")

    def sent(member: str, role: str, **client: Any) -> int:
        browser = bench.cast.sign_in(Client(**client), bench.cast.person(member, role))
        return browser.post(where, wire, content_type="application/json").status_code

    assert sent("alfa", "engineer") == 403
    assert sent("solros", "coordinator") == 403
    assert sent("zonen", "benchmark_lead") == 404, "a party's lead hands nothing in"
    assert sent("beta", "benchmark_lead") == 409, "it is not Beta's"
    assert sent("alfa", "benchmark_lead", enforce_csrf_checks=True) == 403
    assert sent("alfa", "benchmark_lead") == 201


def test_a_round_closes_by_itself_and_too_few_end_it(bench: Bench) -> None:
    round_ = bench.opened()
    for member in ("alfa", "beta", "gamma"):
        bench.hand_in(round_, member)
    assert services.tend(round_.deadline - timedelta(seconds=1)) == 0
    assert services.tend(round_.deadline) == 1
    assert services.tend(round_.deadline) == 0
    round_ = bench.again(round_)
    assert (round_.state, round_.abort) == ("aborted", "too_few")
    assert not Ciphertext.objects.exists()


def test_the_hub_does_not_wait_for_ever(bench: Bench) -> None:
    running, never_opened = bench.closed(), bench.approved("annan", metrics=["MET-LEA-01"])
    services.tend(max(never_opened.deadline, bench.now) + timedelta(days=9))
    assert bench.again(never_opened).abort == bench.again(running).abort == "time_limit"


def test_a_member_that_was_left_out_shows_its_receipt_and_nothing_is_computed(bench: Bench) -> None:
    round_ = bench.opened()
    receipts = {member: bench.hand_in(round_, member) for member in bench.leads}
    newer = bench.hand_in(round_, "alfa", seq=2)
    place = f"rounds/{round_.pk}/objections"
    early = ask(bench, "alfa", "shares", place, {"receipt": newer})
    assert (early.status_code, early.json()["title"]) == (409, "not_closed")
    Submission.objects.filter(round=round_, member_id="alfa", seq=2).delete()  # what a hub would have to do
    services.tend(round_.deadline)
    forged = newer | {"receipt": newer["receipt"] | {"seq": 3}}
    cases: dict[str, tuple[str, object, int, str]] = {
        "nothing was left out": ("beta", {"receipt": receipts["beta"]}, 409, "nothing_left_out"),
        "an earlier one": ("alfa", {"receipt": receipts["alfa"]}, 409, "nothing_left_out"),
        "another's receipt": ("beta", {"receipt": newer}, 409, "other_member"),
        "a forged one": ("alfa", {"receipt": forged}, 422, "bad_signature"),
        "none": ("alfa", {}, 422, "malformed"),
    }
    for name, (member, body, status, code) in cases.items():
        answer = ask(bench, member, "shares", place, body)
        assert (answer.status_code, answer.json()["title"]) == (status, code), name
    with undone():
        actor = Actor.of(bench.leads["alfa"])
        late = round_.deadline + timedelta(days=1)
        assert code_of(lambda: services.object_to_list(actor, round_.pk, {"receipt": newer}, now=late)) == "window_over"
    answer = ask(bench, "alfa", "shares", place, {"receipt": newer})
    assert answer.status_code == 201
    assert (bench.again(round_).state, bench.again(round_).abort) == ("aborted", "objection")


def test_a_receipt_stays_proof_when_the_hubs_log_gets_another_key(bench: Bench, settings: Any, tmp_path: Path) -> None:
    round_ = bench.opened()
    for member in bench.leads:
        bench.hand_in(round_, member)
    newer = bench.hand_in(round_, "alfa", seq=2)
    Submission.objects.filter(round=round_, member_id="alfa", seq=2).delete()
    settings.LOG_KEY_FILE = tmp_path / "another.key"
    ensure_log_key()
    services.tend(round_.deadline)
    actor, stranger = Actor.of(bench.leads["alfa"]), Ed25519PrivateKey.generate()
    forged = receipt.sign(
        receipt.read(newer, key=ReceiptKey.objects.get().key).envelope, at=bench.now, entry=1, key=stranger
    )
    shown = {"receipt": forged.wire()}
    assert code_of(lambda: services.object_to_list(actor, round_.pk, shown, now=round_.deadline)) == "bad_signature"
    services.object_to_list(actor, round_.pk, {"receipt": newer}, now=round_.deadline)
    assert bench.again(round_).abort == "objection"


def test_while_a_round_is_open_competitors_read_its_transcript_as_far_as_its_opening(bench: Bench) -> None:
    round_ = bench.opened()
    for member in bench.leads:
        bench.hand_in(round_, member)
    place = f"rounds/{round_.pk}/transcript"
    kinds = lambda who, scope: [json.loads(line)["kind"] for line in ask(bench, who, scope, place).content.splitlines()]  # noqa: E731
    begun = kinds("beta", "shares")
    assert begun[-2:] == ["opened", "state"]
    assert transcript.read(ask(bench, "beta", "shares", place).content)[-1].kind == "state", (
        "a chain that can be checked"
    )
    assert kinds("solros", "party") == [*begun, *["submission"] * 5], "the parties watch from the start"
    browser = bench.cast.sign_in(Client(), bench.leads["beta"])
    page = reverse("benchmark:transcript", args=[round_.pk])
    assert len(browser.get(page).context["entries"]) == len(begun)
    services.tend(round_.deadline)
    assert kinds("beta", "shares").count("submission") == 5


def test_nothing_that_the_hub_holds_is_more_than_was_sealed(bench: Bench) -> None:
    """What a member sends is hashes, a signature and three ciphertexts; the database has these and no other bytes of it."""
    round_ = bench.opened()
    wire = bench.wire(round_, "alfa")
    ask(bench, "alfa", "shares", f"rounds/{round_.pk}/submissions", wire)
    rows = Ciphertext.objects.filter(submission__member_id="alfa").order_by("party")
    assert [base64.b64encode(bytes(row.sealed)).decode() for row in rows] == wire["sealed"]
    assert json.loads(Submission.objects.get().envelope) == {key: wire[key] for key in ("envelope", "signature")}
    with connection.cursor() as cursor:
        holders = [table for table in connection.introspection.table_names(cursor) if table.startswith("benchmark_")]
    assert len(holders) == 12


def test_a_key_of_someone_elses_signs_no_receipt(bench: Bench) -> None:
    round_ = bench.closed()
    stranger = Ed25519PrivateKey.generate()
    made = bench.listed(round_)[0].envelope
    forged = receipt.sign(made, at=bench.now, entry=1, key=stranger).wire()
    act: Callable[[], object] = lambda: services.object_to_list(  # noqa: E731
        Actor.of(bench.leads["alfa"]), round_.pk, {"receipt": forged}, now=bench.now
    )
    assert code_of(act) == "bad_signature"
