"""End to end on a sample: real workers, sealed hand-ins, and the plain calculation beside it; every rung of the ladder."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from skyddsnat.mpc.layout import Entry
from skyddsnat.protocols.benchmark.spec import Specification
from tests.effort import seed, tries
from tests.figures import figure
from tests.mpc.parties import Round, run
from tests.rounds import Values, opening_key, plain_result, random_values, specification

pytestmark = pytest.mark.servers
ITEMS = ("MET-BLK-05", "MET-LST-03", "MET-BLK-01.amount", "MQ-A1")
SIZES = (3, 8, 4, 12, 40, 5, 7, 11, 25, 13)
"""The short way tries a group that is too small for anything, and the first rung that knows quartiles and totals."""
BELOW = 4


def sample(spec: Specification, dice: random.Random) -> Values:
    """Values with many ties and some gaps; nobody has left out the last item, and all are equal in none."""
    made = {member: dict(row) for member, row in random_values(spec, dice, missing=dice.choice([0, 0.1])).items()}
    for member, row in made.items():
        row[spec.items[0].id] = dice.randint(0, 1)
        row[spec.items[-1].id] = len(member) % 3
    return made


@pytest.mark.parametrize("turn", range(tries(short=2, long=60)))
def test_a_real_round_is_the_plain_one_and_nothing_is_released_below_the_ladder(turn: int) -> None:
    members, dice = SIZES[turn % len(SIZES)], random.Random(seed() * 1000 + turn)
    spec = specification(ITEMS, count=members)
    values, made = sample(spec, dice), Round(spec)
    for member, row in values.items():
        made.hand_in(member, {item: Entry(number) for item, number in row.items() if number is not None})
    got, plain = run([made.job(party) for party in range(3)]), plain_result(spec, values)
    assert got.verdict == {"accepted": sorted(values), "rejected": []}
    assert got.opened == dict(plain.opened)
    for member, mine in plain.private.items():
        assert {name: got.private[member][name] for name in mine} == dict(mine)
    if members < BELOW:
        assert {name.rpartition("/")[2] for name in got.opened} == {"members", "groups"}
        assert not any(plain.private.values())
    figure("benchmark.real_rounds", rounds=turn + 1, largest=max(SIZES[: turn + 1]))


def test_the_plain_result_is_no_copy_of_what_it_checks() -> None:
    """Another value of one member gives another result: the comparison above can fail."""
    spec = specification(ITEMS, count=8)
    values = {member: dict(row) for member, row in sample(spec, random.Random(3)).items()}
    before = plain_result(spec, values)
    values["alfa"][ITEMS[2]] = (values["alfa"][ITEMS[2]] or 0) + 1
    assert plain_result(spec, values) != before
    assert plain_result(replace(spec, rules=replace(spec.rules, k=9)), values).opened.keys() < before.opened.keys()
    assert opening_key("alfa").public_key().public_bytes_raw().hex() == spec.member_of["alfa"].opening_key
