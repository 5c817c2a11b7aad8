"""What the agent holds, what it lifts all the same, and what people decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.state.lists import KEPT_LISTS, Status
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.agent.deciding import Running, in_force, take

Names = Callable[[int], list[str]]


def test_eight_thousand_lawful_names_are_held_and_the_last_good_list_stays(running: Running) -> None:
    site, agent, ids = running
    before = site.zone_text()
    for number in range(8000):
        site.hub.verify(f"lawful{number}.example")
    assert take(agent) is Outcome.HELD
    assert in_force(agent) == set(ids)
    assert site.zone_text() == before
    assert "lawful" not in site.zone_text("base")
    status = agent.status()
    assert status.state == "held"
    assert status.list_hold is not None
    assert (status.list_hold["added"], status.list_hold["reasons"]) == (8000, [Reason.TOO_MANY_ADDITIONS])


def test_the_first_list_is_guarded_like_any_other(site: Site, names: Names) -> None:
    for name in names(51):
        site.hub.verify(name)
    agent = site.agent()
    assert take(agent) is Outcome.HELD
    assert not (site.zone_dir / "hot.zone").exists()


def test_a_protected_name_is_held_whoever_verified_it(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    assert take(agent) is Outcome.HELD
    assert in_force(agent) == set(ids)
    hold = agent.status().list_hold
    assert hold is not None
    assert (hold["reasons"], hold["protected"]) == ([Reason.PROTECTED_NAME], {"member_own": 1})


def test_a_withdrawal_goes_through_while_additions_are_held(running: Running) -> None:
    """Whoever poisons the list must not by that keep a wrongly listed name blocked."""
    site, agent, ids = running
    site.hub.verify("wikipedia.org")
    name, listed = next(iter(ids.items()))
    site.hub.withdraw(listed)
    assert take(agent) is Outcome.HELD
    assert in_force(agent) == set(ids) - {name}
    assert f"{name} CNAME ." not in site.zone_text()
    hold = agent.status().list_hold
    assert hold is not None
    assert (hold["added"], hold["removed"]) == (1, 0)


def test_a_held_whole_domain_does_not_free_the_children_that_it_would_take_in(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("host.lawful.test", scope="exact")
    assert take(agent) is Outcome.PUBLISHED
    site.hub.verify("lawful.test")  # above a name that must not be blocked
    assert take(agent) is Outcome.HELD
    assert in_force(agent) == {*ids, "host.lawful.test"}


def test_more_than_a_fifth_cannot_vanish_at_once(running: Running) -> None:
    site, agent, ids = running
    for listed in list(ids.values())[:21]:
        site.hub.withdraw(listed)
    assert take(agent) is Outcome.HELD
    assert in_force(agent) == set(ids)


def test_what_came_in_within_a_day_is_counted_however_many_lists_came_after(running: Running) -> None:
    """A hub in wrong hands could otherwise let thousands of names drip in: small lists between hide the large ones."""
    site, agent, ids = running
    since = site.clock() - timedelta(hours=1)
    assert agent.state.lists.added_since(since) == len(ids)
    for number in range(KEPT_LISTS + 5):
        site.hub.verify(f"drop-{number}.test")
        assert take(agent) is Outcome.PUBLISHED
    assert agent.state.lists.added_since(since) == len(ids) + KEPT_LISTS + 5


def test_a_list_that_comes_again_adds_to_what_it_brought_the_first_time(running: Running) -> None:
    site, agent, ids = running
    since = site.clock() - timedelta(hours=1)
    for number in range(20):
        listed = site.hub.verify(f"drop-{number}.test")
    assert take(agent) is Outcome.PUBLISHED
    site.hub.withdraw(listed)
    assert take(agent) is Outcome.PUBLISHED
    site.hub.verify("drop-19.test")
    assert take(agent) is Outcome.PUBLISHED
    assert agent.state.lists.added_since(since) == len(ids) + 21


def test_when_the_feed_comes_to_its_senses_the_hold_ends_by_itself(running: Running) -> None:
    site, agent, ids = running
    listed = site.hub.verify("alfa-operator.test")
    take(agent)
    site.hub.withdraw(listed)
    assert take(agent) is Outcome.NOTHING
    assert agent.status().list_hold is None
    assert agent.state.lists.held() is None
    assert in_force(agent) == set(ids)


def test_a_hold_is_journalled_once_and_not_at_every_poll(running: Running) -> None:
    site, agent, _ = running
    site.hub.verify("alfa-operator.test")
    for _ in range(3):
        take(agent)
    assert [entry["event"] for entry in agent.journal.entries()].count("held") == 1


def test_approval_takes_two_different_people(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    assert agent.decisions.approve(version[:12], by="Astrid Ek").step is None
    for same in ("Astrid Ek", "astrid  EK", " Astrid Ek "):
        assert agent.decisions.approve(version[:12], by=same).people == ("Astrid Ek",)
    assert in_force(agent) == set(ids)
    approval = agent.decisions.approve(version[:12], by="Bo Lind")
    assert approval.step is not None
    assert approval.people == ("Astrid Ek", "Bo Lind")
    assert in_force(agent) == {*ids, "alfa-operator.test"}
    assert take(agent) is Outcome.NOTHING
    assert agent.status().state == "live"


def test_an_approval_is_for_that_content_and_no_other(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    take(agent)
    first = agent.status().list_hold["version"]  # type: ignore[index]
    agent.decisions.approve(first, by="Astrid Ek")
    site.hub.verify("www.lawful.test")
    take(agent)
    second = agent.status().list_hold["version"]  # type: ignore[index]
    assert second != first
    with pytest.raises(WrongUse, match="lapsed"):
        agent.decisions.approve(first, by="Bo Lind")
    assert agent.decisions.approve(second, by="Bo Lind").step is None
    assert in_force(agent) == set(ids)


def test_what_was_withdrawn_between_the_two_approvals_does_not_come_in(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    listed = site.hub.verify("extra.test")
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    agent.decisions.approve(version, by="Astrid Ek")
    site.hub.withdraw(listed)
    agent.pull()
    agent.decisions.approve(version, by="Bo Lind")
    assert in_force(agent) == {*ids, "alfa-operator.test"}


def test_a_rejected_list_stays_out_and_another_one_is_judged_anew(running: Running) -> None:
    site, agent, ids = running
    wrong = site.hub.verify("alfa-operator.test")
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    agent.decisions.reject(version, by="Astrid Ek")
    assert take(agent) is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["rejected_by"] == "Astrid Ek"
    with pytest.raises(WrongUse, match="rejected"):
        agent.decisions.approve(version, by="Bo Lind")
    site.hub.withdraw(wrong)
    site.hub.verify("next.test")
    assert take(agent) is Outcome.PUBLISHED
    assert in_force(agent) == {*ids, "next.test"}


@pytest.mark.parametrize("by", ["", "  ", "x", "42", "!!"])
def test_somebody_without_a_name_decides_nothing(running: Running, by: str) -> None:
    site, agent, _ = running
    site.hub.verify("alfa-operator.test")
    take(agent)
    with pytest.raises(WrongUse, match="--by"):
        agent.decisions.approve(agent.status().list_hold["version"], by=by)  # type: ignore[index]


def test_an_unknown_or_too_short_version_is_wrong_use(running: Running) -> None:
    _, agent, _ = running
    for version in ("abc", "f" * 64):
        with pytest.raises(WrongUse):
            agent.decisions.approve(version, by="Astrid Ek")


def test_an_allowed_name_keeps_the_whole_domain_above_it_out_and_holds(running: Running) -> None:
    site, agent, ids = running
    site.configure(allow='["www.shop.test"]')
    agent = site.agent()
    site.hub.verify("shop.test")
    assert take(agent) is Outcome.HELD
    version = agent.status().list_hold["version"]  # type: ignore[index]
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(version, by=person)
    assert in_force(agent) == set(ids), "two people accept the rest, and still nobody blocks an allowed name"
    site.hub.verify("other.test")
    assert take(agent) is Outcome.PUBLISHED


def test_a_ceiling_that_the_agent_does_not_know_is_held_even_if_nothing_else_is_new(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("odd.test", ceiling="vaporise")
    assert take(agent) is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["reasons"] == [Reason.UNKNOWN_CEILING]
    with pytest.raises(WrongUse, match="nothing to reject"):
        agent.decisions.reject(hold["version"], by="Astrid Ek")
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(hold["version"], by=person)
    assert take(agent) is Outcome.NOTHING
    assert in_force(agent) == set(ids)


def test_approvals_are_used_up_when_a_list_goes_into_force(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("alfa-operator.test")
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(version, by=person)
    agent.decisions.roll_back(1, by="Astrid Ek")
    take(agent)
    assert agent.decisions.approve(version, by="Astrid Ek").step is None
    assert in_force(agent) == set(ids)


def test_an_entry_past_its_end_is_dropped_without_a_tombstone(site: Site, names: Names) -> None:
    for name in names(5):
        site.hub.verify(name)
    site.hub.verify("short.test", until=site.clock() + timedelta(minutes=5))
    agent = site.agent()
    take(agent)
    assert "short.test" in in_force(agent)
    site.clock.move(minutes=6)
    assert agent.step().outcome is Outcome.PUBLISHED
    assert "short.test" not in in_force(agent)


def test_a_silent_feed_does_not_empty_the_list(site: Site, names: Names) -> None:
    """Fifty entries end one by one while the hub is away: the first twenty go, then the list stands still."""
    for number, name in enumerate(names(50)):
        site.hub.verify(name, until=site.clock() + timedelta(hours=2 + number))
    agent = site.agent()
    take(agent)
    site.hub.stop()
    for _ in range(60):
        site.clock.move(hours=1)
        agent.step()
    assert len(in_force(agent)) == 30
    assert agent.status().state == "held"
    hold = agent.status().list_hold
    assert hold is not None
    assert Reason.TOO_MANY_REMOVALS in hold["reasons"]


def test_additions_wait_when_the_word_of_the_hub_has_grown_old(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("late.test")
    agent.pull()
    site.clock.move(hours=2)
    assert agent.step().outcome is Outcome.HELD
    assert in_force(agent) == set(ids)
    held = agent.state.lists.held()
    assert held is not None
    with pytest.raises(WrongUse, match="no approval changes that"):
        agent.decisions.approve(held.version, by="Astrid Ek")


def test_a_feed_that_is_not_taken_shows_as_held_and_ends_by_itself(running: Running) -> None:
    site, agent, _ = running
    site.hub.head_trick = lambda head: {**head, "head": head["head"].replace("count", "c0unt")}
    agent.pull()
    status = agent.status()
    assert status.state == "held"
    assert status.feed_hold is not None
    site.hub.head_trick = None
    agent.pull()
    assert agent.status().state == "live"


def test_another_answer_for_stopped_names_is_published_like_a_change(running: Running) -> None:
    site, _, ids = running
    site.configure(action='"page"', page_ipv4='"192.0.2.80"')
    agent = site.agent()
    assert agent.step().outcome is Outcome.PUBLISHED
    assert f"{next(iter(ids))} A 192.0.2.80" in site.zone_text()
    assert "CNAME ." not in site.zone_text()


def test_the_same_feed_again_publishes_nothing(running: Running) -> None:
    site, agent, _ = running
    before = site.zone_text()
    assert take(agent) is Outcome.NOTHING
    assert take(site.agent()) is Outcome.NOTHING, "also after a restart"
    assert site.zone_text() == before


def test_lists_that_nobody_waits_for_are_marked(running: Running) -> None:
    site, agent, _ = running
    listed = site.hub.verify("alfa-operator.test")
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    site.hub.withdraw(listed)
    take(agent)
    kept = agent.state.lists.get(version)
    assert kept is not None
    assert kept.status is Status.LAPSED
