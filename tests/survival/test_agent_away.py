"""Seven days without a hub, and seven days without an agent: the list stands still, and all is well again by itself."""

from __future__ import annotations

import threading
from datetime import timedelta

import dns.zone
import pytest

from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.updates import Update
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.survival.test_agent_killed import assert_whole, catch_up
from tests.survival.zones import blocked

WEEK, EVERY = timedelta(days=7), timedelta(days=1)


def a_list(site: Site, count: int) -> dict[str, str]:
    return {name: site.hub.verify(name) for name in (f"kept{number}.test" for number in range(count))}


@pytest.mark.parametrize("running", [True, False])
def test_after_seven_days_offline_what_changed_meanwhile_comes_without_a_person(site: Site, running: bool) -> None:
    kept = a_list(site, 40)
    agent = catch_up(site)
    site.hub.stop()
    loop = Loop(agent, stop=threading.Event())
    for _ in range(WEEK // EVERY):
        site.clock.move(seconds=EVERY.total_seconds())
        if running:
            loop.round()
            assert blocked(site.zone_dir) == set(kept)
    if running:
        assert agent.status().state == "error", "a hub that is away for so long is told of"
    agent.close()
    for name in list(kept)[:10]:
        site.hub.withdraw(kept.pop(name))
    new = {name: site.hub.verify(name) for name in (f"new{number}.test" for number in range(30))}
    site.hub.come_back()
    agent = catch_up(site)
    assert blocked(site.zone_dir) == {*kept, *new}
    assert agent.status().list_hold is None
    assert agent.status().feed_hold is None
    assert_whole(agent)


def test_a_week_of_growth_at_once_is_held_and_what_was_withdrawn_meanwhile_is_free_at_once(site: Site) -> None:
    kept = a_list(site, 40)
    catch_up(site).close()
    site.clock.move(days=7)
    gone = list(kept)[:5]
    for name in gone:
        site.hub.withdraw(kept[name])
    for number in range(300):
        site.hub.verify(f"new{number}.test")
    agent = catch_up(site)
    assert blocked(site.zone_dir) == set(kept) - set(gone)
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["reasons"] == [Reason.TOO_MANY_ADDITIONS]


def test_the_list_of_a_week_ago_played_back_at_the_return_is_not_taken(site: Site) -> None:
    kept = a_list(site, 3)
    agent = catch_up(site)
    old = site.hub.head()
    site.hub.withdraw(kept["kept0.test"])
    site.clock.move(minutes=1)
    agent.pull()
    agent.step()
    site.clock.move(days=7)
    site.hub.head_trick = lambda _: old
    assert set(agent.pull().reasons) == {Reason.OLDER_HEAD, Reason.STALE_HEAD}
    agent.step()
    assert blocked(site.zone_dir) == {"kept1.test", "kept2.test"}
    site.hub.head_trick = None
    assert agent.pull().reasons == ()
    assert blocked(site.zone_dir) == {"kept1.test", "kept2.test"}


def test_resolvers_keep_the_zones_for_longer_than_a_week_without_the_primary(site: Site) -> None:
    a_list(site, 1)
    catch_up(site)
    for role in ("hot", "base"):
        zone = dns.zone.from_file(str(site.zone_dir / f"{role}.zone"), relativize=True)
        assert timedelta(seconds=zone.get_soa().expire) >= timedelta(days=14)


def test_the_time_that_the_hub_was_away_is_not_counted_against_the_list(site: Site) -> None:
    """MET-LST-04 leaves the publisher's downtime out; a list that is held too long is counted."""
    with site.config_file.open("a") as out:
        out.write('\n[[resolver]]\nname = "gone"\naddress = "127.0.0.1"\nport = 1\n')
    a_list(site, 3)
    agent = catch_up(site, wait_seconds=0)
    site.hub.stop()
    site.clock.move(days=2)
    agent.verify()
    today = agent.clock().date()
    assert agent.state.days.between(today, today)[1].timed == 0
    site.hub.come_back()
    site.hub.verify("alfa-operator.test")
    agent.pull()
    agent.step()
    agent.verify()
    assert agent.state.days.between(today, today)[1].timed == 1
    assert agent.proof.waiting_since is not None
    assert len(agent.state.updates.between(Update.HALT, today, today)) == 1
