"""The subscriptions that are told with a joint figure give no contributor's band away, before and after members come and go."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from skyddsnat.policy.statistics.together import together
from tests.leakage.bands import EDGES, World, end_of, possible, possible_moves

FIVE = ("m0", "m1", "m2", "m3", "m4")


def added(panels: Sequence[World]) -> list[object]:
    """What used to be told: the bands of each panel added."""
    return [_added(panel) for panel in panels]


def _added(panel: World) -> tuple[int, int | None]:
    ends = [end_of(edge) for edge in panel.values()]
    return sum(panel.values()), None if None in ends else sum(end for end in ends if end is not None)


def orders(panels: Sequence[World]) -> list[object]:
    """Orders of magnitude, of each panel."""
    return [together(sum(panel.values())) for panel in panels]


def ours(panels: Sequence[World]) -> list[object]:
    """What the hub tells: an order of magnitude, of the first panel alone."""
    return orders(panels[:1])


def world(*edges: int) -> World:
    return {f"m{place}": edge for place, edge in enumerate(edges)}


def test_bands_that_are_added_tell_the_newcomers_by_subtraction() -> None:
    true = world(300_000, 30_000, 0, 100_000, 10_000, 1_000_000)
    found = possible([FIVE, [*FIVE, "m5"]], true, added, attacker="m0")
    assert found["m5"] == {1_000_000}


def test_bands_that_are_added_tell_one_panels_too() -> None:
    found = possible([FIVE], world(300_000, 0, 0, 0, 0), added, attacker="m0")
    assert all(bands == {0} for bands in found.values())


def test_orders_of_two_panels_can_still_be_subtracted() -> None:
    true = world(300_000, 30_000, 0, 100_000, 10_000, 10_000_000)
    found = possible([FIVE, [*FIVE, "m5"]], true, orders, attacker="m0")
    assert found["m5"] == {10_000_000}


@pytest.mark.parametrize("seed", range(12))
def test_what_we_tell_leaves_everyones_band_open_whoever_comes_or_goes(seed: int) -> None:
    rng = random.Random(seed)
    true = world(*(rng.choice(EDGES[: rng.choice((2, 5, 8))]) for _ in range(6)))
    for later in ([*FIVE, "m5"], FIVE[:-1]):
        found = possible([FIVE, later], true, ours, attacker="m0")
        assert all(len(bands) > 1 for bands in found.values())


@pytest.mark.parametrize("own", EDGES[::3])
def test_a_band_that_one_member_moves_from_stays_open_when_the_order_changes_with_it(own: int) -> None:
    for before in (0, 30_000, 300_000, 3_000_000):
        true = world(own, before, 10_000, 10_000, 0)
        found = possible_moves(FIVE, true, mover="m1", tell=ours, attacker="m0")
        assert all(len(bands) > 1 for bands in found.values())


@pytest.mark.parametrize("own", EDGES)
def test_no_sum_of_five_gives_a_band_away_to_any_contributor(own: int) -> None:
    for order in (0, 10_000, 100_000, 1_000_000, 10_000_000):
        true = world(own, order, 0, 0, 0)
        found = possible([FIVE], true, ours, attacker="m0")
        assert all(len(bands) > 1 for bands in found.values())


def test_what_is_told_is_true_of_any_contributors() -> None:
    rng = random.Random(1)
    for _ in range(2_000):
        panel = world(*(rng.choice(EDGES) for _ in range(rng.randint(5, 60))))
        low, high = together(sum(panel.values()))
        least, most = _added(panel)
        assert low <= least
        assert high is None or (most is not None and most <= high)
