"""No state without its evidence: every statement in every wrong state, and each way in which evidence can be false, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import Ciphertext, Round, Statement, TranscriptEntry
from skyddsnat.hub.benchmark.models.transcript import AppendOnly
from skyddsnat.hub.benchmark.queries.reminders import reminders
from skyddsnat.hub.benchmark.queries.rounds import transcript_lines
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.benchmark import signing, verify
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement
from tests.hub.benchmark.conftest import GREEN, PARTIES, Bench, certificate, signer

HEARD_IN = {
    "frozen": {Kind.APPROVAL, Kind.ABORTED},
    "approved": {Kind.ABORTED},
    "open": {Kind.ABORTED},
    "closed": {Kind.ROOT, Kind.ABORTED},
    "computing": {Kind.VERDICT, Kind.ABORTED},
    "released": {Kind.DESTROYED},
    "aborted": {Kind.DESTROYED},
}
"""What a party that has said all before, and nothing since, is heard with; anything else is refused."""


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def code_of(act: Callable[[], object]) -> str:
    """Why it was refused; "" when it was not.  Nothing of it stays."""
    with undone():
        try:
            act()
        except (PolicyRefusal, BadRound) as refusal:
            return refusal.code
    return ""


def stages(bench: Bench) -> Iterator[tuple[str, Round]]:
    """One round, stage by stage; what a caller does with it must leave no trace."""
    round_ = bench.frozen()
    yield "frozen", round_
    bench.all_say(round_, Kind.APPROVAL)
    yield "approved", bench.again(round_)
    services.open_round(bench.coordinator, round_.pk, now=bench.now)
    yield "open", bench.again(round_)
    for member in bench.leads:
        bench.hand_in(round_, member)
    with undone():
        services.call_off(bench.coordinator, round_.pk, now=bench.now)
        yield "aborted", bench.again(round_)
    bench.now = round_.deadline
    services.tend(bench.now)
    yield "closed", bench.again(round_)
    bench.all_say(round_, Kind.ROOT)
    bench.now += timedelta(days=1)
    bench.all_say(round_, Kind.RUN)
    yield "computing", bench.again(round_)
    for kind in (Kind.VERDICT, Kind.POSITIONS, Kind.OUTPUT):
        bench.all_say(round_, kind)
    yield "released", bench.again(round_)


def test_each_kind_of_statement_is_heard_in_its_state_and_in_no_other(bench: Bench) -> None:
    wrong = []
    for stage, round_ in stages(bench):
        for kind in Kind:
            already = Statement.objects.filter(round=round_, party=0, kind=kind.value).exists()
            refused = code_of(lambda kind=kind, round_=round_: bench.say(round_, 0, kind))  # type: ignore[misc]
            if bool(refused) is (kind in HEARD_IN[stage]) and not already:
                wrong.append(f"{kind} while {stage}: {refused or 'was heard'}")
    assert wrong == []


def test_people_and_members_act_in_their_states_and_in_no_other(bench: Bench) -> None:
    coordinator, seen = bench.coordinator, {}
    for stage, round_ in stages(bench):
        acts: dict[str, Callable[[], object]] = {
            "take_back": lambda r=round_: services.take_back(coordinator, r.pk, now=bench.now),  # type: ignore[misc]
            "open": lambda r=round_: services.open_round(coordinator, r.pk, now=bench.now),  # type: ignore[misc]
            "call_off": lambda r=round_: services.call_off(coordinator, r.pk, now=bench.now),  # type: ignore[misc]
            "hand_in": lambda r=round_: bench.hand_in(r, "alfa", seq=9),  # type: ignore[misc]
            "freeze": lambda r=round_: services.freeze(coordinator, r.pk, now=bench.now),  # type: ignore[misc]
            "discard": lambda r=round_: services.discard_round(coordinator, r.pk),  # type: ignore[misc]
        }
        seen[stage] = {name for name, act in acts.items() if not code_of(act)}
    assert seen == {
        "frozen": {"take_back"},
        "approved": {"open", "call_off"},
        "open": {"hand_in", "call_off"},
        "aborted": set(),
        "closed": {"call_off"},
        "computing": {"call_off"},
        "released": set(),
    }


def changed(bench: Bench, round_: Round, **fields: Any) -> Callable[[], object]:
    """Party 0's approval with parts of the statement itself changed, and signed anew."""
    honest = bench.said(round_, 0, Kind.APPROVAL).statement
    told = replace(honest, **fields)
    signed = SignedStatement(told, signing.sign(signing.STATEMENT, told.document(), signer(PARTIES[0])))
    return lambda: bench.bring(round_, 0, signed.document())


def test_a_statement_that_is_not_to_be_believed_is_refused_by_name(bench: Bench) -> None:
    round_, other = bench.frozen(), bench.frozen("annan", metrics=["MET-LEA-01"])
    honest = bench.said(round_, 0, Kind.APPROVAL).document()
    taken = {**honest, "signature": bench.said(other, 0, Kind.APPROVAL).signature}
    body = dict(bench.said(round_, 1, Kind.APPROVAL).statement.body)
    cases: dict[str, tuple[Callable[[], object], str]] = {
        "another party's token": (lambda: bench.bring(round_, 1, honest), "other_party"),
        "another round's signature": (lambda: bench.bring(round_, 0, taken), "bad_signature"),
        "another round's statement": (
            lambda: bench.bring(round_, 0, bench.said(other, 0, Kind.APPROVAL).document()),
            "other_round",
        ),
        "another round named": (changed(bench, round_, round=other.pk), "other_round"),
        "another specification": (changed(bench, round_, spec=other.spec_sha256), "other_specification"),
        "another party's place": (changed(bench, round_, party=1), "bad_signature"),
        "another party's certificate": (
            lambda: bench.say(round_, 0, Kind.APPROVAL, certificate=certificate(1)),
            "malformed",
        ),
        "no certificate": (lambda: bench.say(round_, 0, Kind.APPROVAL, certificate="-----BEGIN"), "malformed"),
        "too much in it": (lambda: bench.bring(round_, 0, {**honest, "more": 1}), "malformed"),
        "nothing in it": (lambda: bench.bring(round_, 0, {}), "malformed"),
        "a list": (lambda: bench.bring(round_, 0, [honest]), "malformed"),
    }
    assert {name: code_of(act) for name, (act, _) in cases.items()} == {name: code for name, (_, code) in cases.items()}
    bench.say(round_, 1, Kind.APPROVAL)
    same_key = bench.said(round_, 0, Kind.APPROVAL, round_key=body["round_key"]).document()
    assert code_of(lambda: bench.bring(round_, 0, same_key)) == "not_allowed"


def test_the_same_statement_again_changes_nothing_and_another_one_is_refused(bench: Bench) -> None:
    round_ = bench.closed()
    bench.say(round_, 0, Kind.ROOT)
    entries = TranscriptEntry.objects.count()
    bench.say(round_, 0, Kind.ROOT)
    assert TranscriptEntry.objects.count() == entries
    assert code_of(lambda: bench.say(round_, 0, Kind.ROOT, size=4)) == "said_already"


def test_a_member_left_out_on_a_partys_word_is_told_whose_word_it_was(bench: Bench) -> None:
    round_ = bench.computing()
    verdict = {
        "accepted": ["alfa", "beta", "delta", "epsilon"],
        "rejected": [{"member": "gamma", "reason": "unopenable", "by": [1]}],
    }
    for index in range(3):
        bench.say(round_, index, Kind.VERDICT, **verdict)
    for kind in (Kind.POSITIONS, Kind.OUTPUT):
        for index in range(3):
            bench.say(round_, index, kind, **({} if kind is Kind.OUTPUT else {"sealed": {}}))
    gamma, page = bench.leads["gamma"], reverse("benchmark:round", args=[round_.pk])
    told = bench.cast.sign_in(Client(headers={"accept-language": "en"}), gamma).get(page).content.decode()
    assert "That is the word of Zonen, and nobody else could check it" in told
    other = bench.cast.sign_in(Client(headers={"accept-language": "en"}), bench.leads["beta"])
    assert "That is the word of" not in other.get(page).content.decode()
    statement = reverse("benchmark:leakage", args=[round_.pk])
    assert "could not be opened by the parties (on the word of Zonen)" in other.get(statement).content.decode()
    assert [one.href for one in reminders(gamma, now=bench.now)] == [page]
    assert page not in {one.href for one in reminders(bench.leads["beta"], now=bench.now)}


@pytest.mark.parametrize("by", [[], [1, 1], [2, 0], [3], ["1"], 1])
def test_a_verdict_that_names_parties_oddly_is_refused(bench: Bench, by: object) -> None:
    round_ = bench.computing()
    body = {"accepted": [], "rejected": [{"member": "gamma", "reason": "unopenable", "by": by}]}
    assert code_of(lambda: bench.say(round_, 0, Kind.VERDICT, **body)) == "malformed"


def test_no_party_is_named_for_what_all_three_can_check(bench: Bench) -> None:
    round_ = bench.computing()
    body = {"accepted": [], "rejected": [{"member": "gamma", "reason": "not_bits", "by": [1]}]}
    assert code_of(lambda: bench.say(round_, 0, Kind.VERDICT, **body)) == "malformed"


@pytest.mark.parametrize(
    ("kind", "unequal", "code"),
    [
        (Kind.ROOT, {"root": "0" * 64}, "root_mismatch"),
        (Kind.ROOT, {"size": 4}, "root_mismatch"),
        (
            Kind.VERDICT,
            {"accepted": ["alfa", "beta", "delta", "epsilon"], "rejected": [{"member": "gamma", "reason": "not_bits"}]},
            "verdict_mismatch",
        ),
    ],
)
def test_parties_that_differ_stop_the_round_and_nothing_is_opened(
    bench: Bench, kind: Kind, unequal: dict[str, Any], code: str
) -> None:
    round_ = bench.closed() if kind is Kind.ROOT else bench.computing()
    for index in range(2):
        bench.say(round_, index, kind)
    bench.say(round_, 2, kind, **unequal)
    round_ = bench.again(round_)
    assert (round_.state, round_.abort, round_.release) == ("aborted", code, "")
    assert not Ciphertext.objects.exists()
    assert code_of(lambda: bench.say(round_, 0, Kind.OUTPUT)) == "wrong_state"


def test_three_parties_that_agree_on_another_list_than_the_hubs_are_stopped_too(bench: Bench) -> None:
    round_ = bench.closed()
    for index in range(3):
        bench.say(round_, index, Kind.ROOT, root="0" * 64)
    assert bench.again(round_).abort == "root_mismatch"


def test_different_programs_stop_the_round_as_soon_as_all_have_approved(bench: Bench) -> None:
    round_ = bench.frozen()
    bench.say(round_, 0, Kind.APPROVAL)
    bench.say(round_, 1, Kind.APPROVAL)
    bench.say(round_, 2, Kind.APPROVAL, program="0.2.0+" + "b" * 64)
    assert bench.again(round_).abort == "version_mismatch"


def test_what_must_wait_is_told_so(bench: Bench) -> None:
    round_ = bench.closed()
    assert code_of(lambda: bench.say(round_, 0, Kind.RUN)) == "too_early", "not every root is signed"
    bench.all_say(round_, Kind.ROOT)
    assert code_of(lambda: bench.say(round_, 0, Kind.RUN)) == "too_early", "members may still object"
    bench.now += timedelta(seconds=round_.objection_seconds)
    assert code_of(lambda: bench.say(round_, 0, Kind.RUN, root="0" * 64)) == "other_root"
    bench.all_say(round_, Kind.RUN)
    assert code_of(lambda: bench.say(round_, 0, Kind.OUTPUT)) == "too_early", "not every verdict is given"
    short = {"accepted": ["alfa"], "rejected": []}
    assert code_of(lambda: bench.say(round_, 0, Kind.VERDICT, **short)) == "not_allowed"
    bench.all_say(round_, Kind.VERDICT)
    stranger = {"sealed": {"omega": "A" * 96}}
    assert code_of(lambda: bench.say(round_, 0, Kind.POSITIONS, **stranger)) == "not_allowed"


def _off_the_line(opened: dict[str, str]) -> dict[str, str]:
    name = next(iter(opened))
    return opened | {name: str((int(opened[name]) + 1) % P)}


def _one_more(opened: dict[str, str]) -> dict[str, str]:
    return opened | {f"{GREEN[0]}/q1": "1"}


def _one_less(opened: dict[str, str]) -> dict[str, str]:
    return dict(list(opened.items())[1:])


@pytest.mark.parametrize(
    ("lie", "together"),
    [(_off_the_line, 1), (_one_more, 1), (_one_more, 3), (_one_less, 1), (_one_less, 3)],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_outputs_that_do_not_fit_or_open_too_much_release_nothing(
    bench: Bench, lie: Callable[[dict[str, str]], dict[str, str]], together: int
) -> None:
    """Three that lie alike on a line only make it another value: no outsider can tell, so that is not among the cases."""
    round_ = bench.computing()
    bench.all_say(round_, Kind.VERDICT)
    for index in range(3):
        opened = bench.outputs(round_, index)
        bench.say(round_, index, Kind.OUTPUT, opened=lie(opened) if index >= 3 - together else opened)
    round_ = bench.again(round_)
    assert (round_.state, round_.abort, round_.release) == ("aborted", "output_inconsistent", "")


def test_a_party_can_stop_a_round_but_a_draft_only_shows_its_refusal(bench: Bench) -> None:
    draft = bench.frozen()
    bench.say(draft, 0, Kind.ABORTED, code="specification")
    assert bench.again(draft).state == "draft"
    services.take_back(bench.coordinator, draft.pk, now=bench.now)
    assert not Statement.objects.exists()
    round_ = services.freeze(bench.coordinator, draft.pk, now=bench.now)
    bench.all_say(round_, Kind.APPROVAL)
    bench.say(round_, 1, Kind.ABORTED, code="peer_identity")
    round_ = bench.again(round_)
    assert (round_.state, round_.abort) == ("aborted", "peer_identity")
    bench.all_say(round_, Kind.DESTROYED)
    assert bench.again(round_).state == "archived"
    assert verify.verify(b"".join(transcript_lines(round_, round_.owner_id))).release is None


def test_a_transcript_is_only_ever_added_to(bench: Bench) -> None:
    bench.approved()
    row = TranscriptEntry.objects.earliest("n")
    for change in (row.save, row.delete, TranscriptEntry.objects.all().delete):
        with pytest.raises(AppendOnly):
            change()
    with pytest.raises(AppendOnly):
        TranscriptEntry.objects.update(text="")
