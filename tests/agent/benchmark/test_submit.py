"""`skyddsnat agent submit` by the contract: what leaves, what is refused, what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.agent.state import State
from skyddsnat.agent.state.days import Look
from skyddsnat.mpc.layout import Layout
from skyddsnat.protocols.benchmark import coding, statement
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.log import NoteKey
from tests.agent.benchmark.conftest import ALFA, ROUND, TOKEN, Desk, RoundsHub, a_round, settle
from tests.rounds import PARTIES, signing_key

CSV = "item;value;note\nMET-BLK-05;97,3;x\nMET-LST-03;24\nMET-BLK-01.amount;1 234 567\nMQ-A1;2\nMET-REP-01;5\n"


def test_three_ciphertexts_leave_and_the_parties_open_what_the_file_says(desk: Desk) -> None:
    told = desk.facts("submit", desk.table(CSV), "--round", ROUND)
    spec, numbers = desk.hub.spec, desk.hub.clear()
    values = {"MET-BLK-05": "97.3", "MET-LST-03": "24", "MET-BLK-01.amount": "1234567", "MQ-A1": "2"}
    codes = [coding.encode(item, coding.value(values[item.id])) if item.id in values else 0 for item in spec.items]
    layout = Layout.of(spec)
    assert numbers[: len(spec.items)] == codes
    assert [numbers[layout.present(at)] for at in range(len(spec.items))] == [0, 1, 1, 1, 1]
    assert [numbers[layout.measured(at)] for at in range(len(spec.items))] == [0] * 5
    assert told["not_asked"] == ["MET-REP-01"]
    assert told["sent"]
    assert told["receipt"]["receipt"]["seq"] == 1
    kept = desk.data / "benchmark" / ROUND / "receipt-1.json"
    assert json.loads(kept.read_text()) == told["receipt"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_no_value_is_on_the_disk_in_the_clear_nor_in_what_was_sent(desk: Desk) -> None:
    desk.facts("submit", desk.table("MET-BLK-01.amount,7654321\n"), "--round", ROUND)
    (desk.folder / "values.csv").unlink()
    sent = json.dumps(desk.hub.taken)
    disk = b"".join(path.read_bytes() for path in desk.data.rglob("*") if path.is_file())
    assert "7654321" not in sent
    assert b"7654321" not in disk
    assert b"handed_in" in disk


def test_a_dry_run_shows_all_of_it_and_sends_nothing(desk: Desk) -> None:
    told = desk.facts("submit", desk.table(CSV), "--round", ROUND, "--dry-run")
    assert not any(line.startswith("POST") for line in desk.hub.asked)
    assert not told["sent"]
    shown = {line["item"]: (line["value"], line["band"], line["measured"]) for line in told["items"]}
    assert shown["MET-LST-03"] == ("24", "over 12, up to 24", False)
    assert shown["MET-BLK-01.amount"] == ("1234567", "exactly 1234567", False)
    assert shown["MET-BLK-04"] == (None, "no value", False)
    assert shown["MQ-A1"] == ("2", "level 2", False)
    assert shown["MET-BLK-05"][1].startswith("from 9")
    assert len(set(told["leaves"]["ciphertext_bytes"])) == 1
    assert not (desk.data / "benchmark" / ROUND).exists()
    text = desk.run("submit", desk.table(CSV), "--round", ROUND, "--dry-run").stdout
    for word in ("97.3", "three ciphertexts", "nothing was sent", *told["parties"].values()):
        assert word in text, word


def test_what_the_agent_measured_in_the_period_is_marked_so(desk: Desk) -> None:
    spec = desk.hub.spec
    state = State.open(desk.data)
    for number in range((spec.last_day - spec.first_day).days + 1):
        state.days.add(
            Look(resolvers=4, current=3, canaries=8, answered=7), day=spec.first_day + timedelta(days=number)
        )
    state.close()
    told = desk.facts("submit", desk.table("MQ-A1,1\n"), "--measured", "--round", ROUND)
    assert {line["item"]: (line["value"], line["measured"]) for line in told["items"] if line["value"]} == {
        "MET-BLK-04": ("75.0", True),
        "MQ-A1": ("1", False),
    }
    numbers, layout = desk.hub.clear(), Layout.of(spec)
    assert [numbers[layout.measured(at)] for at in range(len(spec.items))] == [1, 0, 0, 0, 0]
    said = desk.facts("submit", desk.table("MET-BLK-04,50\n"), "--measured", "--round", ROUND)["items"][0]
    assert (said["value"], said["measured"]) == ("50", False), "what a person writes goes before, as its own word"


def test_a_figure_of_another_time_is_not_handed_in_as_measured(desk: Desk) -> None:
    state = State.open(desk.data)
    state.days.add(Look(resolvers=4, current=4, canaries=8, answered=8), day=datetime.now(UTC).date())
    state.days.add(Look(resolvers=4, current=4, canaries=8, answered=8), day=desk.hub.spec.first_day)
    state.close()
    assert "no value for any" in desk.line(2, "submit", "--measured", "--round", ROUND)
    told = desk.facts("submit", desk.table("MQ-A1,1\n"), "--measured", "--round", ROUND, "--dry-run")
    assert "MET-LST-03" in told["not_measured"]
    assert told["not_measured"]["MET-BLK-04"] == "this agent looked at its resolvers on 1 of the period's 91 days"


def test_a_later_hand_in_takes_the_next_number(desk: Desk) -> None:
    desk.facts("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    told = desk.facts("submit", desk.table("MQ-A1,2\n"), "--round", ROUND)
    assert told["receipt"]["receipt"]["seq"] == 2
    assert desk.hub.clear()[4] == 2
    desk.hub.taken.clear()
    told = desk.facts("submit", desk.table("MQ-A1,3\n"), "--round", ROUND)
    assert told["receipt"]["receipt"]["seq"] == 3, "also at a hub that was put back and has forgotten"


def test_an_answer_that_was_lost_is_asked_for_with_the_very_same_bytes(desk: Desk) -> None:
    desk.hub.lose_answers = 1
    desk.facts("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    assert len(desk.hub.taken) == 1
    desk.hub.lose_answers = 9
    assert "not reached (ReadTimeout)" in desk.line(1, "submit", desk.table("MQ-A1,1\n"), "--round", ROUND)


def test_a_value_far_from_last_times_waits_for_a_yes(desk: Desk) -> None:
    desk.facts("submit", desk.table("MET-LST-03,4\nMET-BLK-05,90\n"), "--round", ROUND)
    desk.hub = RoundsHub(a_round("2026-q3"))
    words = ("submit", desk.table("MET-LST-03,13\nMET-BLK-05,95\n"), "--round", "2026-q3")
    held = desk.run(*words)
    assert held.exit_code == 3
    assert "far from it" in held.stdout
    assert "not sent" in held.stdout
    waiting = json.loads(desk.run(*words, "--json").stdout)
    assert (waiting["held"], waiting["sent"]) == (True, False)
    assert desk.hub.taken == []
    told = desk.facts(*words, "--yes")
    assert [(line["item"], line["before"], line["far"]) for line in told["items"] if line["before"]] == [
        ("MET-BLK-05", "90", False),
        ("MET-LST-03", "4", True),
    ]
    assert len(desk.hub.taken) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("MET-BLK-05,101\n", "line 1, MET-BLK-05: expected a value from 0 to 100"),
        ("MET-BLK-05,ninety\n", "line 1, MET-BLK-05: not read as a number"),
        ("item,value\nMQ-A1,1.5\n", "line 2, MQ-A1: expected a level from 0 to 3"),
        ("MET-BLK-01.amount,-1\n", "expected an amount from 0 to"),
        ("MET-BLK-05,1\nMET-BLK-05,2\n", "MET-BLK-05 stands in line 1 and in line 2"),
        ("a,b\n", "no row that begins with an item's id"),
        ("MET-BLK-05,\n", "no value for any of the 5 items"),
        ('MET-BLK-05,"1\n', "was not read as CSV"),
    ],
)
def test_what_cannot_be_handed_in_is_named(desk: Desk, text: str, line: str) -> None:
    assert line in desk.line(2, "submit", desk.table(text), "--round", ROUND)
    assert desk.hub.taken == []


def test_a_party_whose_long_term_key_has_changed_is_refused_by_name(desk: Desk) -> None:
    desk.facts("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    parties = desk.hub.spec.parties
    other = replace(parties[1], signing_key=public_hex(signing_key("somebody else")))
    desk.hub = RoundsHub(a_round("2026-q3", parties=(parties[0], other, parties[2])))
    line = desk.line(1, "submit", desk.table("MQ-A1,1\n"), "--round", "2026-q3")
    assert "Institutet has another key than before" in line
    assert "pins.json" in line
    assert desk.hub.taken == []


def test_nothing_is_sealed_to_parties_that_nobody_has_asked(desk: Desk) -> None:
    """A hub that names parties of its own, under whatever ids, would read every value."""
    stranger = replace(
        desk.hub.spec.parties[2], id="nyparten", name="Nya parten", signing_key=public_hex(signing_key("x"))
    )
    desk.hub = RoundsHub(a_round("2026-q3", parties=(*desk.hub.spec.parties[:2], stranger)))
    desk.hub.approvals = [
        *(each.document() for each in desk.hub.said()[:2]),
        statement.sign(desk.hub.said()[2].statement, signing_key("x")).document(),
    ]
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", "2026-q3")
    assert desk.run(*words, "--dry-run").exit_code == 0
    for more in ((), ("--yes",)):
        result = desk.run(*words, *more)
        assert result.exit_code == 3
        assert "nothing was sealed to Nya parten from here before" in result.stdout
    assert desk.hub.taken == [], "nor is a look at it enough"
    assert desk.facts(*words, "--compared")["sent"]
    assert desk.facts("submit", desk.table("MQ-A1,2\n"), "--round", "2026-q3")["sent"], "known from now on"


def test_a_round_key_that_its_party_did_not_sign_is_refused(desk: Desk) -> None:
    said = [each.document() for each in desk.hub.said()]
    forged = statement.sign(desk.hub.said()[2].statement, signing_key("the hub")).document()
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    for approvals, why in (
        ([said[0], said[1], forged], "the signature does not fit"),
        (said[:2], f"{PARTIES[2].capitalize()} has not approved"),
        ([said[0], said[1], {"statement": {}}], "a statement lacks"),
    ):
        desk.hub.approvals = approvals
        assert why in desk.line(1, *words)
    assert desk.hub.taken == []


def test_other_bytes_than_the_listed_specification_are_refused(desk: Desk) -> None:
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    for raw, why in (
        (replace(desk.hub.spec, coalition="Annan").raw, "not the one that the hub lists"),
        (desk.hub.spec.raw + b" ", "JSON that is not canonical"),
        (b"\xff", "not read as JSON"),
    ):
        desk.hub.raw_spec = raw
        assert why in desk.line(1, *words)
    desk.hub.raw_spec = None
    settle(desk.folder, replace(ALFA, seed=bytes(32)))
    assert "names another key of alfa" in desk.line(1, *words)
    settle(desk.folder, replace(ALFA, member="omega"))
    assert "omega, whose key file this is, does not take part" in desk.line(1, *words)


def test_a_receipt_of_another_key_is_not_kept(desk: Desk) -> None:
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    desk.hub.receipt_key = signing_key("somebody else")
    assert "receipt is not to be believed" in desk.line(1, *words)
    assert not (desk.data / "benchmark" / ROUND).exists()
    desk.hub.receipt_key, desk.hub.receipt_for = None, desk.hub.taken[0]
    assert "it is for another submission" in desk.line(1, *words)
    assert not (desk.data / "benchmark" / ROUND).exists()
    desk.hub.receipt_for = None
    desk.hub.log = signing_key("a new log")
    assert "another key than before (log in" in desk.line(1, *words), "the hub's key was pinned at the first look"


def test_the_logs_key_in_agent_toml_is_what_counts(desk: Desk) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    key = NoteKey("hub.test", 1, stranger.public_key().public_bytes_raw())
    settle(desk.folder, ALFA, log_public_key=key.text())
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    assert "log_public_key in agent.toml" in desk.line(1, *words)
    desk.hub.log = stranger
    assert desk.facts(*words)["sent"]


@pytest.mark.parametrize(
    ("status", "title", "detail"),
    [
        (409, "late", "the deadline has passed; this round takes no more submissions"),
        (409, "key_revoked", "the key that the specification names has been revoked"),
        (422, "malformed", "the ciphertext for party 1 has 3 bytes"),
    ],
)
def test_the_hubs_own_reason_is_told(desk: Desk, status: int, title: str, detail: str) -> None:
    desk.hub.status = (status, {"title": title, "detail": detail})
    line = desk.line(1, "submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    assert f"hub answered {status}: {title}: {detail}" in line


def test_a_round_that_takes_nothing_now_is_not_even_sealed_for(desk: Desk) -> None:
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    desk.hub.state = "closed"
    assert "is closed, expected open" in desk.line(1, *words)
    desk.hub = RoundsHub(a_round(deadline=datetime(2026, 1, 1, tzinfo=UTC)))
    assert "takes nothing after its deadline, 2026-01-01 00:00 UTC" in desk.line(1, *words)


def test_wrong_use_is_told_in_a_line(desk: Desk) -> None:
    table = desk.table("MQ-A1,1\n")
    assert "expected --period PERIOD, or --round ROUND" in desk.line(2, "submit", table)
    assert "--object goes with --check" in desk.line(2, "submit", table, "--round", ROUND, "--object")
    assert "give it alone" in desk.line(2, "submit", table, "--check", ROUND)
    assert "there is: 2026-q2" in desk.line(2, "submit", table, "--round", "../../etc")
    assert "cannot be read" in desk.line(2, "submit", "nowhere.csv", "--round", ROUND)
    (desk.folder / "shares.token").write_text("wrong")
    assert "scope shares" in desk.line(1, "submit", table, "--round", ROUND)
    assert TOKEN not in desk.run("submit", table, "--round", ROUND).output
