"""A hub that changes, leaves out, plays back or turns back is refused by name, and nothing is computed on its word."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.party import listing as listing_of
from skyddsnat.party.store import Decision
from skyddsnat.protocols.benchmark import statement
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.statement import Kind, Statement
from skyddsnat.protocols.log import NoteKey
from skyddsnat.protocols.log.note import ED25519
from tests.party.conftest import ROUND, Site
from tests.party.fake_hub import canonical_lines
from tests.party.tricks import aborted, listed, offer
from tests.rounds import PARTIES, signing_key


def test_a_specification_that_is_changed_after_the_start_ends_the_round(site: Site) -> None:
    site.to_open()
    agreed = site.round.spec
    site.hub.change["rounds"] = lambda honest: honest.replace(agreed.sha256.encode(), b"ab" * 32)
    site.turn(0)
    code, detail = aborted(site)
    assert (code, detail) == ("specification", {"approved": agreed.sha256, "offered": "ab" * 32})
    assert site.over() == "aborted:specification"


def test_a_draft_that_is_replaced_is_read_and_approved_anew(site: Site) -> None:
    site.turn()
    site.approve()
    site.turn(0)
    first = site.means(0).vault.keys(ROUND)
    offer(site, objection_seconds=1)
    site.round.statements.clear()
    site.turn(0)
    kept = site.means(0).store.get(ROUND)
    assert (kept.decision, kept.sha256) == (Decision.WAITING, site.round.spec.sha256)
    assert site.round.statements == {}
    site.approve(0)
    site.turn(0)
    second = site.means(0).vault.keys(ROUND)
    assert first is not None
    assert second is not None
    assert first.round_key != second.round_key


def test_a_specification_that_is_not_the_one_that_is_listed_is_not_kept(site: Site) -> None:
    site.hub.change["spec"] = lambda honest: replace(site.spec, objection_seconds=9).raw
    site.turn(0)
    assert site.means(0).store.refused(ROUND)["code"] == "other_specification"
    assert site.means(0).store.find(ROUND) is None


def test_a_specification_with_another_key_for_a_party_is_not_kept(site: Site) -> None:
    honest = site.spec.parties
    for index, code in ((0, "not_our_round"), (2, "unknown_party")):
        parties = [replace(party, signing_key="cd" * 32) if party.index == index else party for party in honest]
        site.round.spec = replace(site.spec, parties=tuple(parties))
        site.turn(0)
        assert site.means(0).store.refused(ROUND)["code"] == code
    site.round.spec = replace(site.spec, parties=(replace(honest[0], id="nagon"), *honest[1:]))
    site.turn(0)
    assert site.means(0).store.refused(ROUND)["code"] == "not_our_round"


def test_a_member_with_a_receipt_that_the_list_lacks_stops_the_round(site: Site) -> None:
    site.to_open()
    made = [site.round.hand_in(member) for member in site.values]
    site.round.submissions.pop()
    site.round.close()
    site.round.append(f"member:{made[-1].member}", "objection", site.hub.receipt(made[-1]))
    site.turn(0)
    assert aborted(site) == ("objection", {"member": made[-1].member})


def test_an_older_submission_than_the_receipts_stops_the_round_too(site: Site) -> None:
    site.to_open()
    for member in site.values:
        site.round.hand_in(member)
    newer = site.round.hand_in("alfa", 2)
    site.round.submissions.pop()
    site.round.close()
    site.round.append("member:alfa", "objection", site.hub.receipt(newer))
    site.turn(0)
    assert aborted(site)[0] == "objection"


def test_a_receipt_under_an_earlier_key_of_the_hubs_log_stops_it_as_well(site: Site) -> None:
    site.to_open()
    made = [site.round.hand_in(member) for member in site.values]
    site.round.submissions.pop()
    site.round.close()
    listing, shown = (
        listing_of.read([one.document() for one in site.round.latest()], site.spec),
        site.hub.receipt(made[-1]),
    )
    signers = (site.hub.log_key, Ed25519PrivateKey.generate())
    key, other = (NoteKey("hub/log", ED25519, one.public_key().public_bytes_raw()) for one in signers)
    assert listing_of.left_out([shown], listing, site.spec, [other]) is None
    assert listing_of.left_out([shown], listing, site.spec, [other, key]) == made[-1].member


@pytest.mark.parametrize("fault", ["forged", "listed", "another round"])
def test_an_objection_that_proves_nothing_stops_nothing(site: Site, fault: str) -> None:
    site.to_open()
    made = [site.round.hand_in(member) for member in site.values]
    shown = site.hub.receipt(made[0])
    if fault == "forged":
        shown["signature"] = "0" * 128
    if fault == "another round":
        away = Envelope("2025-q4", site.spec.sha256, "alfa", 9, made[0].sealed)
        shown = site.hub.receipt(away)
    site.round.close()
    site.round.append("member:alfa", "objection", shown)
    site.turn(0)
    assert Kind.ABORTED not in site.round.statements
    assert 0 in site.round.statements[Kind.ROOT]


def test_a_list_that_changes_after_the_root_was_signed_ends_the_round(site: Site) -> None:
    site.to_closed()
    site.turn(0)
    signed = site.round.statements[Kind.ROOT][0].statement.body["root"]
    site.hub.change["submissions"] = listed(lambda rows: rows.pop() and None)
    site.turn(0)
    code, detail = aborted(site)
    assert (code, detail["signed"]) == ("root_mismatch", signed)


def test_a_second_run_with_another_list_is_refused(site: Site) -> None:
    site.to_computing()
    used = site.means(0).store.used_root(ROUND)
    site.hub.change["submissions"] = listed(lambda rows: rows.pop() and None)
    site.turn(0)
    code, detail = aborted(site)
    assert (code, detail["used"]) == ("second_run", used)
    assert detail["offered"] != used
    assert site.means(0).store.get(ROUND).attempts == 0


def test_a_released_round_that_comes_back_is_not_run_again(site: Site) -> None:
    site.to_computing()
    site.run(lambda: site.round.state == "archived")
    site.round.state = "closed"
    site.turn(0)
    assert site.refused() == "second_run"
    site.round.spec = replace(site.spec, members=site.spec.members[:-1])
    site.turn(0)
    assert site.refused() == "second_run"
    assert site.means(0).store.get(ROUND).attempts == 1


LISTS: list[tuple[Callable[[list[Any]], None], str]] = [
    (lambda rows: rows.append(rows[0]), "malformed"),
    (lambda rows: rows[0].update(signature="0" * 128), "bad_signature"),
    (lambda rows: rows[0]["envelope"].update(member="beta"), "bad_signature"),
    (lambda rows: rows[0]["envelope"].update(member="okand"), "unknown_member"),
    (lambda rows: rows[0]["envelope"].update(round="2025-q1"), "other_round"),
    (lambda rows: rows[0]["envelope"].update(spec="ab" * 32), "other_specification"),
    (lambda rows: rows[0]["envelope"].update(seq=0), "malformed"),
    (lambda rows: rows[0].clear(), "malformed"),
]


def test_a_list_that_does_not_hold_is_not_signed(site: Site) -> None:
    site.to_closed()
    for change, code in LISTS:
        site.hub.change["submissions"] = listed(change)
        site.turn(0)
        assert site.refused() == code
    assert Kind.ROOT not in site.round.statements


SEALED: dict[str, Callable[[dict[str, str]], object]] = {
    "swapped": lambda sealed: sealed.update(alfa=sealed["beta"], beta=sealed["alfa"]),
    "missing": lambda sealed: sealed.pop("alfa"),
    "cut short": lambda sealed: sealed.update(alfa=sealed["alfa"][:-4]),
    "not base64": lambda sealed: sealed.update(alfa="?"),
}


def test_a_ciphertext_that_is_not_the_members_is_not_signed_for(site: Site) -> None:
    site.to_closed()
    for change in SEALED.values():

        def changed(honest: bytes, change: Callable[[dict[str, str]], object] = change) -> bytes:
            sealed = json.loads(honest)["sealed"]
            change(sealed)
            return json.dumps({"sealed": sealed}).encode()

        site.hub.change["sealed"] = changed
        site.turn(0)
        assert site.refused() == "lost_ciphertext"
    assert Kind.ROOT not in site.round.statements
    site.hub.change.clear()
    site.turn(0)
    assert site.refused() is None
    assert 0 in site.round.statements[Kind.ROOT]


def test_a_list_before_the_deadline_is_not_signed(site: Site) -> None:
    site.to_closed()
    site.clock.ahead = -timedelta(minutes=5)
    site.turn(0)
    assert site.refused() == "closed_early"
    site.clock.ahead = -timedelta(minutes=1)  # within what clocks may differ
    site.turn(0)
    assert 0 in site.round.statements[Kind.ROOT]


def said_by(
    index: int, kind: Kind, body: dict[str, Any], spec: Any, *, round: str = ROUND
) -> statement.SignedStatement:
    return statement.sign(Statement(kind, round, spec.sha256, index, body), signing_key(PARTIES[index]))


BODY = {"root": "ab" * 32, "size": 5}
STATEMENTS: list[tuple[str, Callable[[Site], statement.SignedStatement]]] = [
    ("other_round", lambda site: said_by(1, Kind.ROOT, BODY, site.spec, round="2025-q4")),
    ("other_specification", lambda site: said_by(1, Kind.ROOT, BODY, replace(site.spec, objection_seconds=1))),
    ("bad_signature", lambda site: replace(said_by(1, Kind.ROOT, BODY, site.spec), signature="0" * 128)),
    ("forgotten", lambda site: said_by(0, Kind.RUN, {"root": "ab" * 32}, site.spec)),
]


def test_a_statement_that_is_not_that_partys_about_this_round_is_not_believed(site: Site) -> None:
    site.to_closed()
    honest = list(site.round.entries)
    for code, make in STATEMENTS:
        said = make(site)
        site.round.entries = list(honest)
        site.round.append(f"party-{said.statement.party}", "statement", said.document())
        site.turn(0)
        assert site.refused() == code
    assert Kind.ROOT not in site.round.statements


def test_a_statement_entered_for_another_party_is_not_believed(site: Site) -> None:
    site.to_closed()
    said = said_by(1, Kind.ROOT, {"root": "ab" * 32, "size": 5}, site.spec)
    site.round.append("party-2", "statement", said.document())
    site.turn(0)
    assert site.refused() == "malformed"


def test_a_hub_that_goes_back_in_history_is_refused(site: Site) -> None:
    site.to_closed()
    site.turn(0)
    entries = site.round.entries
    site.round.entries = entries[:-3]
    site.turn(0)
    assert site.refused() == "history_changed"
    altered = [*entries[:4], replace(entries[4], content={"spec": "another"}), *entries[5:]]
    site.hub.change["transcript"] = lambda _: canonical_lines(altered)
    site.turn(0)
    assert site.refused() == "history_changed"
    site.hub.change["transcript"] = lambda _: b"".join(
        line + b"\n" for n, line in enumerate(canonical_lines(entries).splitlines()) if n != 4
    )
    site.turn(0)
    assert site.refused() == "broken_chain"
    site.hub.change.clear()
    site.round.entries = entries
    site.turn(0)
    assert site.refused() is None


def test_members_have_their_time_to_object_counted_from_when_the_party_saw_the_list(site: Site) -> None:
    offer(site, objection_seconds=3600)
    site.to_closed()
    site.turn()
    site.turn()
    assert sorted(site.round.statements[Kind.ROOT]) == [0, 1, 2]
    assert Kind.RUN not in site.round.statements
    site.clock.ahead = timedelta(minutes=59)
    site.turn()
    assert Kind.RUN not in site.round.statements
    site.clock.ahead = timedelta(minutes=61)
    site.turn()
    assert sorted(site.round.statements[Kind.RUN]) == [0, 1, 2]
