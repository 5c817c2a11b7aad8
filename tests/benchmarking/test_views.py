"""A value stays with its owner: a real round whose every view is kept, searched for every value and share, and attacked.

The network is slow and a party is killed in the midst, so that the views are of more than one attempt.  Who holds two parties'
views has everything, and the same search and the same attack find it there: that they find nothing elsewhere says something.
"""

from __future__ import annotations

import base64
import itertools
import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.hub.benchmark.queries.rounds import approvals_of, release_of, transcript_lines
from skyddsnat.hub.benchmark.queries.submissions import latest_envelopes
from skyddsnat.mpc.errors import SealError
from skyddsnat.mpc.layout import Entry, vector
from skyddsnat.mpc.sealing import open_position
from skyddsnat.party.check import check_transcript
from skyddsnat.protocols.benchmark import transcript
from skyddsnat.protocols.benchmark.field import P, put_together, to_bytes
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind
from tests.benchmarking import attack
from tests.benchmarking.attack import Attack
from tests.benchmarking.stage import Stage, set_up, wanted
from tests.cast import OPERATORS, Cast
from tests.effort import seed as effort_seed
from tests.effort import tries
from tests.figures import figure
from tests.hub.benchmark.conftest import PARTIES, seed, signer
from tests.rounds import Values, plain_result, random_values

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
NOT_PARTIES = ("hub", "network", *(f"member {member}" for member in OPERATORS))


@pytest.fixture
def stage(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage whose hub logs all, and whose parties are gone afterwards."""
    made = set_up(cast, tmp_path, monkeypatch)
    ear, root = made.hear_the_log(), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.INFO)
    yield made
    made.close()
    root.removeHandler(ear)
    root.setLevel(before)


def chosen(stage: Stage) -> Values:
    """Values with ties in one item, and one missing in another: five, four and five of one kind."""
    spec = stage.round.specification
    made = {member: dict(row) for member, row in random_values(spec, random.Random(stage.dice.random())).items()}
    tied, missed = spec.items[0], spec.items[1]
    for member, row in made.items():
        row[tied.id] = min(2, tied.max) if member != "alfa" else 1
    made["gamma"][missed.id] = None
    return made


@pytest.mark.parametrize("turn", range(tries(short=1, long=12)))
def test_no_view_but_two_parties_together_gives_a_value(stage: Stage, turn: int) -> None:
    stage.dice.seed(effort_seed() * 1000 + turn)
    values = chosen(stage)
    stage.play(values)
    views = stage.views()
    assert stage.attempts() >= 2
    check_held(views)
    check_result(stage, values)
    check_positions(stage, values, views)
    searched = check_search(stage, views)
    check_attack(stage, views)
    check_every_value_is_possible(stage)
    figure(
        "benchmark.views",
        rounds=turn + 1,
        views=len(views),
        attempts=stage.attempts(),
        bytes=sum(map(len, views.values())),
        forms=searched,
        found=0,
        members=len(values),
        items=len(stage.round.specification.items),
    )


def check_held(views: dict[str, bytes]) -> None:
    """The views are what they are said to be: each has in it what its role must have seen."""
    assert b"SQLite format 3" in views["hub"] or b"benchmark_ciphertext" not in views["hub"]
    assert b"POST /api/bench/rounds/" in views["hub"]
    assert b"/submissions" in views["network"]
    for party in range(3):
        view = views[f"party-{party}"]
        for part in (
            b"BEGIN PRIVATE KEY",
            b'"tls_key"',
            b'"round_key"',
            b'{"go":true}',
            b'"opened"',
            b"SQLite format 3",
        ):
            assert part in view, (party, part)
    for member in OPERATORS:
        assert b'"accepted"' in views[f"member {member}"]


def check_result(stage: Stage, values: Values) -> None:
    """The round was a real one: its result is the plain one, its transcript holds, and nothing is left at a party."""
    raw = b"".join(transcript_lines(stage.round, stage.round.owner_id))
    report = check_transcript(raw, pinned={name: public_hex(signer(name)) for name in PARTIES})
    assert report.ok, report.facts()
    assert (report.pinned, report.released) == (3, True)
    said = [entry.content["statement"] for entry in transcript.read(raw) if entry.kind == "statement"]
    found = {each["party"]: each["body"]["opened"] for each in said if each["kind"] == "output"}
    opened = {name: put_together([int(found[index][name]) for index in range(3)]) for name in found[0]}
    plain = plain_result(stage.round.specification, values)
    assert opened == dict(plain.opened)
    released = release_of(stage.round)
    assert released is not None
    missed = stage.round.specification.items[1].id
    assert not released["items"][missed]["released"], "four are below the ladder"
    assert sum(item["released"] for item in released["items"].values()) == len(released["items"]) - 1
    for name in PARTIES:
        assert list((stage.folder / name / "data" / "rounds").iterdir()) == []


def check_positions(stage: Stage, values: Values, views: dict[str, bytes]) -> None:
    """Each member opens its own, which is the plain one, under the allowed names; nobody else's opens, though all lie there."""
    spec, plain = stage.round.specification, plain_result(stage.round.specification, values)
    sealed = [
        json.loads(row.text)["statement"]["body"]["sealed"]
        for row in stage.round.statements.filter(kind=Kind.POSITIONS.value).order_by("party")
    ]
    assert len(sealed) == 3
    for reader, owner in itertools.product(OPERATORS, repeat=2):
        key = X25519PrivateKey.from_private_bytes(seed("open", reader))
        held = []
        for party in range(3):
            raw = base64.b64decode(sealed[party][owner])
            try:
                held.append(open_position(spec, raw, key, member=owner, party=party))
            except SealError:
                continue
        if reader != owner:
            assert held == []
            continue
        own = {name: put_together([each[name] for each in held]) for name in held[0]}
        told = {name: number for name, number in own.items() if values[owner][name.partition("/")[0]] is not None}
        assert told == dict(plain.private[owner])
        assert sealed[0][owner].encode() in views[f"member {owner}"]


def check_search(stage: Stage, views: dict[str, bytes]) -> int:
    """No form of anybody's values stands in any view; no share, but at its own party.  Returns how many forms were looked for."""
    spec, rows, count = stage.round.specification, wanted(stage), 0
    for name, view in views.items():
        whose: dict[bytes, str] = {}
        for member in OPERATORS:
            needles = attack.value_forms(spec, rows[member])
            for party in range(3):
                if name != f"party-{party}":
                    needles |= attack.share_forms(stage.dealt[member][party])
            whose |= dict.fromkeys(needles, member)
            count += len(needles)
        assert [whose[needle] for needle in attack.found_in(view, whose)] == [], name
    # The search finds each of these where it is put: in the hub's view, as whoever leaks one would leave it there.
    for leak in (
        json.dumps(rows["alfa"]).encode(),
        json.dumps(stage.values["alfa"], separators=(",", ":")).encode(),
        base64.b64encode(b"xy" + to_bytes([number or 0 for number in rows["alfa"]])),
        bytes(number or 0 for number in rows["alfa"]).hex().encode(),
    ):
        assert attack.found_in(views["hub"] + leak, attack.value_forms(spec, rows["alfa"]))
    for shares in stage.dealt["beta"]:
        for leak in (str(shares[0]).encode(), base64.b64encode(b"x" + to_bytes(shares))):
            assert attack.found_in(views["network"] + leak, attack.share_forms(shares))
    return count


def check_attack(stage: Stage, views: dict[str, bytes]) -> None:
    """Whoever has one party's view, alone or with everyone else's but a party's, opens that party's shares, and has no value."""
    keys = [row["statement"]["body"]["round_key"] for row in approvals_of(stage.round)]
    attacker = Attack(stage.round.specification, keys, latest_envelopes(stage.round))
    others = [views[name] for name in NOT_PARTIES]
    assert attacker.values(*others) == {}
    assert attacker.opened == {}
    for party in range(3):
        assert attacker.values(views[f"party-{party}"]) == {}
        assert attacker.values(views[f"party-{party}"], *others) == {}
        assert attacker.opened == {(member, party): stage.dealt[member][party] for member in OPERATORS}, (
            "its own shares it does open"
        )
    for one, other in itertools.combinations(range(3), 2):
        assert attacker.values(views[f"party-{one}"], views[f"party-{other}"]) == wanted(stage)


def check_every_value_is_possible(stage: Stage) -> None:
    """To one party's shares there is exactly one line for every vector that the member could have handed in.

    The slope was drawn uniformly, so each of them is as likely as the true one: the party has learnt nothing from its shares.
    """
    spec = stage.round.specification
    item = spec.items[0]
    for party in range(3):
        held, x, y = stage.dealt["alfa"][party], party + 1, (party + 1) % 3 + 1
        seen, inverse = set(), pow(x, -1, P)
        for code in range(item.max + 1):
            numbers = vector(spec, {item.id: Entry(code)})
            slopes = [(share - number) * inverse % P for share, number in zip(held, numbers, strict=True)]
            assert [(number + slope * x) % P for number, slope in zip(numbers, slopes, strict=True)] == held
            other = [(number + slope * y) % P for number, slope in zip(numbers, slopes, strict=True)]
            assert attack.joined(x, held, y, other) == numbers
            seen.add(tuple(other))
        assert len(seen) == item.max + 1
