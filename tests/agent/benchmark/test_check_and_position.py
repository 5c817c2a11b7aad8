"""After the deadline: is one's own in the list, and where does one stand?"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.mpc import sealing
from skyddsnat.protocols.benchmark import envelope
from skyddsnat.protocols.benchmark.envelope import Envelope
from tests.agent.benchmark.conftest import ALFA, ROUND, Desk
from tests.rounds import dealt, signing_key

CHECK = ("submit", "--check", ROUND)


def handed_in(desk: Desk) -> Envelope:
    desk.facts("submit", desk.table("MET-BLK-05,97.3\nMET-LST-03,24\nMQ-A1,2\n"), "--round", ROUND)
    desk.hub.state = "closed"
    return envelope.read_submission(desk.hub.taken[-1])[0].envelope


def listed(desk: Desk, *mine: Envelope) -> None:
    """The list: beta's, and these of alfa's."""
    beta = Envelope(ROUND, desk.hub.spec.sha256, "beta", 1, ("0" * 64,) * 3)
    signed = [envelope.sign(beta, signing_key("beta")), *(envelope.sign(one, ALFA.signing) for one in mine)]
    desk.hub.listed = [each.document() for each in signed]


def test_a_list_that_holds_the_latest_is_fine_and_its_root_is_told(desk: Desk) -> None:
    own = handed_in(desk)
    assert "hub answered 409: not_closed" in desk.line(1, *CHECK)
    listed(desk, own)
    told = desk.facts(*CHECK)
    assert (told["ok"], told["listed"], told["kept"], told["size"]) == (True, 1, 1, 2)
    assert told["root"] == envelope.root([envelope.read(row) for row in desk.hub.listed or []])[0]
    listed(desk, replace(own, seq=5))
    assert "no. 5, handed in elsewhere" in desk.run(*CHECK).stdout
    assert desk.run(*CHECK, "--object").exit_code == 0
    assert desk.hub.objections == [], "nothing was left out"


def test_a_list_that_lacks_it_is_a_finding_and_the_receipt_objects(desk: Desk) -> None:
    own = handed_in(desk)
    for rows, why in (
        ([], "the list lacks your submission"),
        ([replace(own, sealed=("1" * 64,) * 3)], "the list holds another no. 1"),
    ):
        listed(desk, *rows)
        result = desk.run(*CHECK)
        assert result.exit_code == 1
        assert why in result.stdout
        assert "object with --object" in result.stdout
    result = desk.run(*CHECK, "--object")
    assert "round 2026-q2 is aborted now" in result.stdout
    kept = json.loads((desk.data / "benchmark" / ROUND / "receipt-1.json").read_text())
    assert desk.hub.objections == [{"receipt": kept}]


@pytest.mark.parametrize("wicked", ["\x1b[2Jreleased", "[/]", "x" * 400, ""])
def test_a_hub_s_words_steer_no_terminal(desk: Desk, wicked: str) -> None:
    handed_in(desk)
    listed(desk)
    desk.hub.state_then, desk.hub.other_rounds = wicked, (wicked,)
    assert "is in no state that is known here now" in desk.run(*CHECK, "--object").stdout
    told = desk.run("submit", "--round", "another", "--check")
    assert told.stderr.rstrip("\n").isprintable()


def test_a_list_that_is_not_the_one_that_the_parties_signed_is_a_finding(desk: Desk) -> None:
    """A hub could show each member a list with its own in it, and the parties one without."""
    listed(desk, handed_in(desk))
    root = str(desk.facts(*CHECK)["root"])
    desk.hub.roots = [root, root]
    assert (desk.facts(*CHECK)["signed"], desk.facts(*CHECK)["others"]) == (2, 0)
    desk.hub.roots = [root, root, "0" * 64]
    result = desk.run(*CHECK, "--object")
    assert result.exit_code == 1
    assert "1 of 3 parties signed another list than the hub shows here" in result.stdout
    assert "signed by 2 of 3 parties" in result.stdout
    assert desk.hub.objections == [], "the hub's own list has it: there is nothing to object to there"


def test_an_older_one_of_ones_own_in_the_list_is_a_finding(desk: Desk) -> None:
    first = handed_in(desk)
    desk.hub.state = "open"
    desk.facts("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    listed(desk, first)
    result = desk.run(*CHECK)
    assert result.exit_code == 1
    assert "holds your no. 1, though the hub gave a receipt for no. 2" in result.stdout


def test_a_list_or_a_receipt_that_is_not_to_be_believed(desk: Desk) -> None:
    assert "nothing was handed in from here" in desk.line(2, *CHECK)
    own = handed_in(desk)
    listed(desk, own)
    assert desk.hub.listed
    desk.hub.listed[1]["envelope"]["seq"] = 2
    assert "the list is not to be believed: the signature does not fit" in desk.line(1, *CHECK)
    listed(desk, own)
    path = desk.data / "benchmark" / ROUND / "receipt-1.json"
    kept = json.loads(path.read_text())
    kept["receipt"]["entry"] += 1
    path.write_text(json.dumps(kept))
    assert "the kept receipt of round 2026-q2 is not to be believed" in desk.line(1, *CHECK)


def test_a_receipt_under_the_hubs_earlier_key_still_objects(desk: Desk) -> None:
    handed_in(desk)
    listed(desk)
    desk.hub.log = Ed25519PrivateKey.from_private_bytes(bytes([8]) * 32)
    assert "another key than before" in desk.line(1, *CHECK)
    path = desk.data / "benchmark" / "pins.json"
    pins = json.loads(path.read_text())
    pins["log-before"] = pins.pop("log")
    path.write_text(json.dumps(pins))
    assert "the list lacks your submission" in desk.run(*CHECK).stdout
    assert "round 2026-q2 is aborted now" in desk.run(*CHECK, "--object").stdout


def sealed_places(desk: Desk, shares: list[dict[str, int]], member: str = "alfa") -> list[str]:
    return [
        base64.b64encode(
            sealing.seal_bytes(
                json.dumps({"values": {name: str(share) for name, share in part.items()}}).encode(),
                ALFA.opening_key,
                sealing.position_info(spec=desk.hub.spec.sha256, round=ROUND, member=member, party=party),
            )
        ).decode()
        for party, part in enumerate(shares)
    ]


def parts(values: dict[str, int]) -> list[dict[str, int]]:
    return [{name: int(share) for name, share in part.items()} for part in dealt(values, random.Random(2))]


def test_the_own_place_is_opened_beside_the_own_value(desk: Desk) -> None:
    handed_in(desk)
    assert "hub answered 404" in desk.line(1, "position", ROUND)
    values = {"MET-BLK-05/third": 2, "MET-BLK-05/place": 5, "MQ-A1/third": 0, "MET-BLK-04/side": 1}
    desk.hub.sealed_position = sealed_places(desk, parts(values))
    told = {row["item"]: row for row in desk.facts("position", ROUND)["positions"]}
    assert told["MET-BLK-05"] | {"band": ""} == {
        "item": "MET-BLK-05", "third": 2, "place": 5, "value": "97.3", "band": "", "measured": False
    }  # fmt: skip
    assert told["MET-BLK-05"]["band"].startswith("from 9")
    assert told["MET-BLK-04"]["value"] is None
    text = desk.run("position", ROUND).stdout
    for words in ("highest third, rank 3.5 from the lowest", "lowest third", "in the middle", "not known here"):
        assert words in text
    desk.hub.sealed_position = sealed_places(desk, [{}, {}, {}])
    assert "the rules tell you no place" in desk.run("position", ROUND).stdout


def test_a_position_that_a_party_bent_is_refused(desk: Desk) -> None:
    values = {"MET-BLK-05/third": 2}
    lying = parts(values)
    lying[1]["MET-BLK-05/third"] += 1
    less = [*parts(values)[:2], {}]
    for sealed, why in (
        (sealed_places(desk, lying), "MET-BLK-05/third: the three parties' shares do not fit together"),
        (sealed_places(desk, less), "the parties sent different names"),
        (sealed_places(desk, parts(values), member="beta"), "does not open for this key"),
        (sealed_places(desk, parts(values))[::-1], "does not open for this key"),
        (sealed_places(desk, parts({"MET-BLK-05/value": 7})), "MET-BLK-05/value is none that this round can tell"),
        (sealed_places(desk, parts({"MET-BLK-05/third": 3})), "MET-BLK-05/third is none"),
        (["?"] * 3, "expected base64"),
        ([], "expected a list of 3"),
    ):
        desk.hub.sealed_position = sealed
        assert why in desk.line(1, "position", ROUND)
