"""A release is read from three parties' shares by anyone; one wrong share, or one name too many, and nothing is read."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyddsnat.policy.benchmark.disclosure import Point
from skyddsnat.protocols.benchmark import release
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P, from_bytes, on_a_line, put_together, to_bytes
from skyddsnat.protocols.benchmark.spec import Specification
from tests.rounds import dealt, members, owned_by, plain_result, random_values, specification

ITEMS = ("MET-BLK-05", "MET-BLK-01", "MET-BLK-01.amount", "MET-LST-03", "MQ-A1")


def points(spec: Specification, item: release.ItemRelease, accepted: list[str]) -> dict[str, Point]:
    allowed = release.plan_of(
        spec, spec.item_of[item.item], members=item.members, groups=item.groups, accepted=accepted
    )
    return dict(allowed.points)


@settings(max_examples=60)
@given(st.integers(3, 40), st.floats(0, 0.4), st.integers(0, 2**32))
def test_what_the_parties_open_is_read_as_it_was(count: int, missing: float, seed: int) -> None:
    rng = random.Random(seed)
    spec = specification(ITEMS, count=count)
    values = random_values(spec, rng, missing=missing)
    plain = plain_result(spec, values)
    found = release.read(spec, sorted(values), dealt(plain.opened, rng))
    for name, item in found.items.items():
        assert item.members == plain.opened[f"{name}/members"]
        assert item.released == (f"{name}/measured" in plain.opened)
        for point in item.points:
            divisor = points(spec, item, sorted(values))[point].divisor
            assert item.points[point] == Fraction(plain.opened[f"{name}/{point}"], divisor)
    assert release.read_document(release.document(found)) == found


def small() -> tuple[Specification, dict[str, int], list[str]]:
    spec = specification(ITEMS, count=8)
    values = {
        m: {i.id: min(n, i.max) for i in spec.items} for n, m in enumerate(sorted(member.id for member in members(8)))
    }
    return spec, dict(plain_result(spec, values).opened), sorted(values)


def test_a_wrong_share_of_one_party_is_seen() -> None:
    spec, opened, accepted = small()
    for name in opened:
        for party in range(3):
            shares = dealt(opened, random.Random(1))
            shares[party][name] = str((int(shares[party][name]) + 1) % P)
            with pytest.raises(BadRound) as caught:
                release.read(spec, accepted, shares)
            assert caught.value.code == "not_on_a_line"
            assert name in caught.value.message


def test_a_name_too_many_or_too_few_is_refused() -> None:
    spec, opened, accepted = small()
    for more in ("MET-BLK-05/sum", "MQ-A1/sum", "MET-BLK-01.amount/median", "MET-XXX-01/members"):
        with pytest.raises(BadRound) as caught:
            release.read(spec, accepted, dealt({**opened, more: 1}, random.Random(1)))
        assert caught.value.code == "not_allowed"
    for less in opened:
        rest = {name: value for name, value in opened.items() if name != less}
        with pytest.raises(BadRound) as caught:
            release.read(spec, accepted, dealt(rest, random.Random(1)))
        assert caught.value.code == "not_allowed"


def test_what_a_failed_test_holds_back_may_not_be_opened_all_the_same() -> None:
    spec, opened, accepted = small()
    assert opened["MET-BLK-01.amount/released"] == 1
    with pytest.raises(BadRound, match="beyond the rules"):
        release.read(spec, accepted, dealt({**opened, "MET-BLK-01.amount/released": 0}, random.Random(1)))


def test_with_a_common_owner_a_group_of_five_releases_nothing() -> None:
    spec = owned_by(specification(ITEMS), {"alfa": "koncernen", "beta": "koncernen"})
    values = random_values(spec, random.Random(3))
    found = release.read(spec, sorted(values), dealt(plain_result(spec, values).opened, random.Random(1)))
    assert {item.groups for item in found.items.values()} == {4}
    assert not any(item.released or item.points for item in found.items.values())


def test_values_that_are_no_counts_are_refused() -> None:
    spec, opened, accepted = small()
    for name, odd in (
        ("MET-BLK-05/members", 9),
        ("MET-BLK-05/groups", 9),
        ("MET-BLK-01.amount/released", 2),
        ("MQ-A1/measured", 9),
    ):
        with pytest.raises(BadRound) as caught:
            release.read(spec, accepted, dealt({**opened, name: odd}, random.Random(1)))
        assert caught.value.code == "not_allowed"  # fmt: skip


@given(st.lists(st.integers(0, P - 1), max_size=20))
def test_elements_travel_as_bytes(elements: list[int]) -> None:
    assert from_bytes(to_bytes(elements)) == elements


def test_bytes_that_are_no_elements_are_refused() -> None:
    beyond = P.to_bytes(12, "little")
    for raw, code in ((b"x" * 11, "malformed"), (beyond, "not_in_field"), (b"\xff" * 12, "not_in_field")):
        with pytest.raises(BadRound) as caught:
            from_bytes(raw)
        assert caught.value.code == code


@given(st.integers(0, P - 1), st.integers(0, P - 1), st.integers(0, 2), st.integers(1, P - 1))
def test_three_points_tell_a_line(value: int, slope: int, party: int, lie: int) -> None:
    shares = [(value + slope * x) % P for x in (1, 2, 3)]
    assert on_a_line(shares)
    assert put_together(shares) == value
    shares[party] = (shares[party] + lie) % P
    assert not on_a_line(shares)
