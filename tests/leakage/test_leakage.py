"""No release lets an insider work out another's value, and the document says no more and no less than the solver finds."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from skyddsnat.policy.benchmark import disclosure
from tests.leakage import solver
from tools import leakage

SIZES = range(5, 13)


@pytest.mark.parametrize("size", SIZES)
def test_no_exact_value_follows_from_what_we_release(size: int) -> None:
    assert solver.exact_in_one_round(solver.ours, size) == 0
    assert solver.exact_when_one_leaves(solver.ours, size, held_back=True) == 0


@pytest.mark.parametrize("size", SIZES)
def test_the_solver_sees_through_the_naive_release(size: int) -> None:
    assert solver.exact_in_one_round(solver.naive, size) > 2


def test_without_the_rule_on_changes_the_leavers_value_would_follow() -> None:
    for size in range(9, 13):
        assert solver.exact_when_one_leaves(solver.ours, size, held_back=False) == 1


@pytest.mark.parametrize("grid", [leakage.LEVELS, leakage.BANDS])
@pytest.mark.parametrize("size", SIZES)
def test_no_band_of_a_named_member_is_certain_after_one_round(size: int, grid: int) -> None:
    rng = random.Random(size)
    for _ in range(60):
        bands = solver.random_bands(size, grid, rng)
        assert solver.bands_in_one_round(solver.our_sight, bands, grid=grid).named == 0


@pytest.mark.parametrize("size", SIZES)
def test_that_all_are_equal_is_certain_to_nobody(size: int) -> None:
    same = [2] * size
    assert solver.bands_in_one_round(solver.our_sight, same, grid=4).named == 0
    assert solver.bands_in_one_round(solver.suppressing_sight, same, grid=4).named == size - 1


def test_a_change_of_members_tells_less_than_it_would_without_its_rule() -> None:
    for size in (6, 9, 12):
        rng = random.Random(size)
        groups = [solver.random_bands(size, 4, rng) for _ in range(60)]
        held = [solver.bands_when_one_leaves(solver.our_sight, solver.changed_sight, bands, grid=4) for bands in groups]
        free = [solver.bands_when_one_leaves(solver.our_sight, solver.our_sight, bands, grid=4) for bands in groups]
        assert sum(each.named for each in held) < sum(each.named for each in free) / 2


def test_a_years_rest_of_ranks_halves_what_a_later_full_round_tells_of_the_one_that_left() -> None:
    for size in (6, 9):
        rng = random.Random(size)
        groups = [solver.random_bands(size, 4, rng) for _ in range(60)]
        rested = [
            solver.bands_when_one_leaves(solver.our_sight, solver.rested_sight, bands, grid=4) for bands in groups
        ]
        free = [solver.bands_when_one_leaves(solver.our_sight, solver.our_sight, bands, grid=4) for bands in groups]
        assert sum(each.named for each in rested) < 0.6 * sum(each.named for each in free)


def test_the_solver_knows_what_follows() -> None:
    one = Fraction(1)
    half = Fraction(1, 2)
    assert solver.determined([(one, one, Fraction(0))], 3) == set()
    assert solver.determined([(one, one, Fraction(0)), (Fraction(0), one, Fraction(0))], 3) == {0, 1}
    assert solver.determined([(half, half, Fraction(0)), (one, Fraction(0), Fraction(0))], 3) == {0, 1}


def test_a_place_is_told_as_the_policy_tells_it() -> None:
    seen = solver.our_sight(solver.multisets(4, 4), 1)
    for others, row in zip(solver.multisets(4, 4), seen, strict=True):
        below, above = int((others < 1).sum()), int((others > 1).sum())
        assert row[-1] + 4 == disclosure.place(5, below, above)


def test_the_document_holds_what_the_solver_finds() -> None:
    text = leakage.DOCUMENT.read_text(encoding="utf-8")
    assert leakage.render(text, ["exact", "equal"]) == text
    assert leakage.bands_table(leakage.LEVELS, range(5, 8)).splitlines()[2:] == [
        line for line in text[text.index("<!-- table levels -->") :].splitlines() if line.startswith(("| 5 ", "| 6 ", "| 7 "))
    ][:3]  # fmt: skip
