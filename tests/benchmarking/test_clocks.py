"""A clock that is a day wrong, at the hub or at a party, stops or delays a round in a named way and opens nothing too early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyddsnat.hub.benchmark import services
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.conftest import bench as bench
from tests.hub.benchmark.test_evidence import code_of
from tests.party.conftest import Site
from tests.party.conftest import folder as folder
from tests.party.conftest import site as site

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_a_hub_a_day_ahead_closes_early_and_no_party_signs_before_the_deadline(bench: Bench) -> None:
    """The hub itself cannot know; the parties' own clocks hold the round (the test below)."""
    round_ = bench.opened()
    for member in bench.leads:
        bench.hand_in(round_, member)
    right = round_.deadline - DAY
    services.tend(right)
    assert bench.again(round_).state == "open"
    services.tend(right + DAY)
    assert bench.again(round_).state == "closed"


@pytest.mark.django_db
def test_a_hub_a_day_behind_takes_submissions_longer_and_hears_no_root_before_it_has_closed(bench: Bench) -> None:
    round_ = bench.opened()
    for member in bench.leads:
        bench.hand_in(round_, member)
    bench.now = round_.deadline + timedelta(seconds=1) - DAY
    services.tend(bench.now)
    assert bench.again(round_).state == "open"
    assert code_of(lambda: bench.say(round_, 0, Kind.ROOT)) == "wrong_state"
    assert code_of(lambda: bench.hand_in(round_, "alfa", seq=2)) == ""


@pytest.mark.parametrize("behind", [DAY, timedelta(hours=2)])
def test_a_party_behind_signs_no_list_and_goes_on_when_its_clock_is_right(site: Site, behind: timedelta) -> None:
    site.to_closed()
    site.clock.ahead = -behind
    site.turn()
    assert [site.refused(party) for party in range(3)] == ["closed_early"] * 3
    assert Kind.ROOT not in site.round.statements
    site.clock.ahead = timedelta()
    site.turn()
    assert site.refused() is None
    assert sorted(site.round.statements[Kind.ROOT]) == [0, 1, 2]


def test_parties_a_day_ahead_do_not_end_the_round_and_tell_of_their_clocks(site: Site) -> None:
    """A day is within the patience, so nobody is said to be missing; the status shows the difference."""
    site.clock.ahead = DAY
    site.to_closed()
    site.turn()
    site.turn()
    assert Kind.ABORTED not in site.round.statements
    assert sorted(site.round.statements[Kind.RUN]) == [0, 1, 2]
    assert "clock" in site.means(0).store.note("fault:clock")["line"]


def test_one_party_alone_with_a_wrong_clock_holds_the_others_and_ends_nothing(site: Site) -> None:
    site.to_closed()
    site.turn(0, 1)
    site.clock.ahead = -DAY
    site.turn(2)
    site.clock.ahead = timedelta()
    site.turn(0, 1)
    assert Kind.RUN not in site.round.statements, "two roots are not enough"
    assert Kind.ABORTED not in site.round.statements
    site.turn(2)
    site.turn()
    assert sorted(site.round.statements[Kind.RUN]) == [0, 1, 2]
