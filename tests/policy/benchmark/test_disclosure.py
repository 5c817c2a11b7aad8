"""What may be opened, by how many have a value; and that the published points are what they are said to be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.benchmark.disclosure import (
    NOTHING,
    WIDEST,
    ItemKind,
    Point,
    Presence,
    Rules,
    comparison_bits,
    largest_amount,
    place,
    plan,
    safe_total,
    side,
    third,
)

RELEASE = load_catalogue().metric_words.release
RULES = Rules(
    k=RELEASE.min_contributors,
    p=RELEASE.exact_value_rules.p_percent,
    max_share=Fraction(RELEASE.exact_value_rules.max_share),
    ladder=RELEASE.ladder,
)


def allowed(members: int, *, groups: int | None = None, kind: ItemKind = ItemKind.CODE, **facts: bool) -> set[str]:
    presence = Presence(members, members if groups is None else groups, invited=members)
    options = {"neutral": False, "unchanged": True} | facts
    found = plan(RULES, kind, presence, **options)
    return {*found.public, *found.private}


@pytest.mark.parametrize("members", range(5))
@pytest.mark.parametrize("kind", list(ItemKind))
def test_nothing_is_opened_below_five(members: int, kind: ItemKind) -> None:
    assert plan(RULES, kind, Presence(members, members, members), neutral=False, unchanged=True) == NOTHING


def test_four_that_all_agreed_learn_their_side_and_the_public_nothing() -> None:
    found = plan(replace(RULES, four_opted_in=True), ItemKind.CODE, Presence(4, 4, 4), neutral=False, unchanged=True)
    assert (found.public, found.private) == ((), ("side",))


@pytest.mark.parametrize(
    ("members", "names"),
    [
        (5, {"median", "measured", "third", "place"}),
        (7, {"median", "measured", "third", "place"}),
        (8, {"median", "q1", "q3", "measured", "third", "place"}),
        (11, {"median", "q1", "q3", "measured", "third", "place"}),
        (12, {"median", "q1", "q3", "measured", "third", "place"}),
        (200, {"median", "q1", "q3", "measured", "third", "place"}),
    ],
)
def test_the_rungs_of_the_ladder(members: int, names: set[str]) -> None:
    assert allowed(members) == names


@pytest.mark.parametrize("members", range(40))
def test_never_a_smallest_or_largest_and_no_total_with_quartiles_below_eight(members: int) -> None:
    found = plan(RULES, ItemKind.CODE, Presence(members, members, members), neutral=False, unchanged=True)
    for _, point in found.points:
        ends = {position for position, _ in point.weights} & {0, members - 1}
        assert not ends
    if members < 8:
        assert not allowed(members, kind=ItemKind.AMOUNT)


def test_members_under_one_owner_count_as_one() -> None:
    assert not allowed(5, groups=4)
    assert allowed(6, groups=5)


def test_a_total_needs_the_same_members_as_last_time_and_everybodys_value() -> None:
    assert allowed(8, kind=ItemKind.AMOUNT) == {"sum", "measured"}
    assert not allowed(8, kind=ItemKind.AMOUNT, unchanged=False)
    partly = plan(RULES, ItemKind.AMOUNT, Presence(8, 8, invited=9), neutral=False, unchanged=True)
    assert partly == NOTHING


def test_nobody_is_told_a_rank_of_a_neutral_metric() -> None:
    assert "place" not in allowed(12, neutral=True)
    assert "third" in allowed(12, neutral=True)


def valued(codes: list[int], point: Point) -> Fraction:
    ordered = sorted(codes)
    return Fraction(sum(weight * ordered[position] for position, weight in point.weights), point.divisor)


@given(st.lists(st.integers(0, 99), min_size=5, max_size=40))
def test_the_median_is_the_median(codes: list[int]) -> None:
    points = dict(
        plan(RULES, ItemKind.CODE, Presence(len(codes), len(codes), len(codes)), neutral=False, unchanged=True).points
    )
    assert valued(codes, points["median"]) == Fraction(median(codes))  # fmt: skip


@given(st.lists(st.integers(0, 99), min_size=12, max_size=40))
def test_from_twelve_the_quartiles_are_the_inclusive_ones(codes: list[int]) -> None:
    points = dict(
        plan(RULES, ItemKind.CODE, Presence(len(codes), len(codes), len(codes)), neutral=False, unchanged=True).points
    )
    ordered = sorted(codes)
    for name, quarter in (("q1", 1), ("q3", 3)):
        at = Fraction((len(codes) - 1) * quarter, 4)
        low = at.numerator // at.denominator
        high = min(low + 1, len(codes) - 1)
        assert valued(codes, points[name]) == ordered[low] + (at - low) * (ordered[high] - ordered[low])  # fmt: skip


@given(st.integers(2, 200), st.data())
def test_a_third_is_the_third_of_the_middle_of_those_one_ties_with(members: int, data: st.DataObject) -> None:
    below = data.draw(st.integers(0, members - 1))
    above = data.draw(st.integers(0, members - 1 - below))
    middle = Fraction(below + (members - 1 - above), 2)
    assert third(members, below, above) == int(3 * (middle + Fraction(1, 2)) / members)
    assert side(below, above) == (0 if below < above else 1 if below == above else 2)


@pytest.mark.parametrize(
    ("amounts", "safe"),
    [
        ([10, 10, 10, 10, 11], True),
        ([10, 10, 10, 10, 10], False),  # all equal: the mean would be everybody's
        ([100, 10, 10, 10, 10], False),  # one has more than half
        ([50, 50, 3, 2, 2], False),  # the largest is worked out by the second to within 15 %
        ([50, 50, 3, 3, 2], True),
        ([0, 0, 0, 0, 0], False),
    ],
)
def test_the_rules_for_a_total(amounts: list[int], safe: bool) -> None:
    assert safe_total(amounts, RULES) is safe


@given(st.lists(st.integers(0, 2**37), min_size=3, max_size=12))
def test_a_total_that_may_be_opened_lets_nobody_come_within_p_per_cent(amounts: list[int]) -> None:
    if not safe_total(amounts, RULES):
        return
    total = sum(amounts)
    for attacker, own in enumerate(amounts):
        for other, value in enumerate(amounts):
            if other != attacker:
                assert 100 * (total - own - value) >= RULES.p * value  # its best upper bound is that far off


def test_after_a_change_of_members_codes_open_their_median_alone() -> None:
    assert allowed(12, unchanged=False) == {"median", "measured"}


def test_a_code_has_no_test_that_could_tell_that_all_are_equal() -> None:
    for members in range(5, 20):
        assert not plan(RULES, ItemKind.CODE, Presence(members, members, members), neutral=False, unchanged=True).tested


def test_a_place_does_not_tell_ties_from_the_middle() -> None:
    assert place(5, 0, 0) == place(5, 2, 2) == 4
    assert [place(3, below, 2 - below) for below in range(3)] == [0, 2, 4]


@pytest.mark.parametrize("members", [5, 12, 27, 28, 100, 200])
def test_the_largest_amount_fits_the_test_of_a_total(members: int) -> None:
    most = largest_amount(RULES, members)
    assert comparison_bits(RULES, members, most) <= WIDEST
    assert most == 2**37 - 2 or comparison_bits(RULES, members, 2 * most) > WIDEST
