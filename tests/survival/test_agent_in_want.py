"""The agent where the disk is full or the clock is wrong: the last good list stays, and all is well again by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.figures import figure
from tests.survival.test_agent_killed import assert_whole, catch_up
from tests.survival.victim import on_a_full_disk, where_the_disk_fills
from tests.survival.zones import blocked

ROOMS = (0, 300, 1_000, 2_000, 4_000, 20_000, 60_000)
"""Bytes at which every file ends: the journal, the zone files and the memory run into it one after the other."""


def test_a_full_disk_leaves_the_last_good_list_and_ends_by_itself(site: Site) -> None:
    kept = {f"kept{number}.test" for number in range(20)}
    for name in sorted(kept):
        site.hub.verify(name)
    catch_up(site).close()
    ever = set(kept)
    for number, room in enumerate(ROOMS):
        new = {f"new{number}-{place}.test" for place in range(5)}
        for name in sorted(new):
            site.hub.verify(name)
        on_a_full_disk(site.config_file, room)
        assert ever <= blocked(site.zone_dir) <= ever | new
        assert not list(site.zone_dir.glob(".*.new")), "half a file would keep the room that is missing"
        ever |= new
        agent = catch_up(site)
        assert blocked(site.zone_dir) == ever
        assert_whole(agent)
        agent.close()
    figure("survival.agent_disk_full", rooms=len(ROOMS), wrong_lists=0, recovered=len(ROOMS))


def test_wherever_the_disk_becomes_full_the_list_in_force_is_the_old_or_the_new_and_all_is_well_with_room(
    site: Site,
) -> None:
    """ENOSPC from the kernel at each file and each statement in turn, until a round ends before the disk is full."""
    site.hub.verify("kept.test")
    listed = site.hub.verify("name0.test")
    catch_up(site).close()
    at, name = 1, "name0.test"
    while True:
        before, name = name, f"name{at}.test"
        site.hub.withdraw(listed)
        listed = site.hub.verify(name)
        full = where_the_disk_fills(site.config_file, at)
        assert blocked(site.zone_dir) in ({"kept.test", before}, {"kept.test", name}), at
        assert not list(site.zone_dir.glob(".*.new")), at
        agent = catch_up(site)
        assert blocked(site.zone_dir) == {"kept.test", name}, at
        assert_whole(agent)
        agent.close()
        if not full:
            break
        at += 1
    assert at > 20, "the round wrote hardly anything"
    figure("survival.agent_disk_fills", moments=at - 1, wrong_lists=0, recovered=at - 1)


def take(agent: Agent) -> tuple[Reason, ...]:
    pulled = agent.pull()
    agent.step()
    return pulled.reasons


STEPS: list[tuple[dict[str, float], Reason | None]] = [
    ({"minutes": 4}, None),
    ({"minutes": -4}, None),
    ({"minutes": 90}, Reason.STALE_HEAD),
    ({"days": 20}, Reason.STALE_HEAD),
    ({"minutes": -10}, Reason.HEAD_FROM_FUTURE),
    ({"days": -20}, Reason.HEAD_FROM_FUTURE),
]


@pytest.mark.parametrize(("step", "reason"), STEPS)
def test_a_clock_that_steps_changes_no_list_and_is_told_of(
    site: Site, step: dict[str, float], reason: Reason | None
) -> None:
    names = {f"n{number}.test" for number in range(4)}
    for name in sorted(names):
        site.hub.verify(name)
    agent = catch_up(site)
    site.hub.clock = lambda: datetime.now(UTC)  # the hub's own clock stays right
    site.clock.move(**step)
    assert take(agent) == ((reason,) if reason else ())
    assert blocked(site.zone_dir) == names
    late = site.hub.verify("late.test")
    take(agent)
    assert blocked(site.zone_dir) == (names if reason else names | {"late.test"})
    site.clock.ahead = timedelta()
    assert take(agent) == ()
    assert blocked(site.zone_dir) == names | {"late.test"}
    site.hub.withdraw(late)
    assert take(agent) == ()
    assert blocked(site.zone_dir) == names
    assert_whole(agent)
    figure("survival.agent_clock", steps=len(STEPS), wrong_lists=0)
