"""What people do at once, without the hub: go back to an older list, and lift one name."""

from __future__ import annotations

import pytest

from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.state.lists import KEPT_LISTS
from skyddsnat.policy.agent_guards import Reason
from tests.agent.deciding import Running, in_force, take


def test_rollback_goes_back_and_nothing_new_comes_in_until_two_people_say_so(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("doubtful.test")
    take(agent)
    assert agent.decisions.roll_back(1, by="Astrid Ek").outcome is Outcome.PUBLISHED
    assert in_force(agent) == set(ids)
    site.hub.verify("more.test")
    assert take(agent) is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["reasons"] == [Reason.ROLLED_BACK]
    name, listed = next(iter(ids.items()))
    site.hub.withdraw(listed)
    take(agent)
    assert in_force(agent) == set(ids) - {name}
    version = agent.status().list_hold["version"]  # type: ignore[index]
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(version, by=person)
    site.hub.verify("after.test")
    assert take(agent) is Outcome.PUBLISHED
    assert in_force(agent) == (set(ids) - {name}) | {"doubtful.test", "more.test", "after.test"}


def test_going_back_twice_goes_further_back_and_never_to_what_was_left(running: Running) -> None:
    site, agent, ids = running
    for name in ("one.test", "two.test"):
        site.hub.verify(name)
        take(agent)
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set(ids) | {"one.test"}
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set(ids), "the list that a person has just left is not one before it"
    take(agent)
    version = agent.status().list_hold["version"]  # type: ignore[index]
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(version, by=person)
    assert in_force(agent) == set(ids) | {"one.test", "two.test"}
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set(ids), "and what two people took in again is left like any other"


def test_rollback_never_blocks_again_what_the_feed_has_withdrawn(running: Running) -> None:
    site, agent, ids = running
    name, listed = next(iter(ids.items()))
    site.hub.withdraw(listed)
    take(agent)
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set(ids) - {name}


def test_one_step_behind_the_first_list_is_nothing_blocked(running: Running) -> None:
    _, agent, _ = running
    agent.decisions.roll_back(1, by="Astrid Ek")
    assert in_force(agent) == set()
    with pytest.raises(WrongUse, match="expected 1 to"):
        agent.decisions.roll_back(9, by="Astrid Ek")


def test_the_last_thirty_lists_are_kept(running: Running) -> None:
    site, agent, _ = running
    for number in range(KEPT_LISTS + 5):
        site.hub.verify(f"step{number}.example")
        take(agent)
    assert len(agent.state.lists.published()) == KEPT_LISTS == 30


def test_unblock_lifts_at_once_without_the_hub_and_stays_lifted(running: Running) -> None:
    site, agent, ids = running
    name = next(iter(ids))
    site.hub.stop()
    agent.decisions.lift(name.upper() + ".", by="Astrid Ek", reason="a customer's shop")
    assert in_force(agent) == set(ids) - {name}
    assert f"{name} CNAME ." not in site.zone_text()
    assert agent.step().outcome is Outcome.NOTHING
    text = (site.folder / "data" / "journal.jsonl").read_text()
    assert "a customer's shop" in text
    assert name not in text, "the journal holds no listed name"
    agent.decisions.unlift(name, by="Astrid Ek")
    assert agent.step().outcome is Outcome.PUBLISHED
    assert in_force(agent) == set(ids)


def test_unblock_below_a_whole_domain_says_what_to_lift_instead(running: Running) -> None:
    _, agent, ids = running
    name = next(iter(ids))
    with pytest.raises(WrongUse, match="2 label") as refusal:
        agent.decisions.lift(f"www.shop.{name}", by="Astrid Ek", reason="shop")
    assert name not in str(refusal.value)


def test_unblock_of_a_name_that_is_not_blocked_says_so(running: Running) -> None:
    _, agent, _ = running
    with pytest.raises(AgentError, match="does not block"):
        agent.decisions.lift("free.test", by="Astrid Ek", reason="slow")
    with pytest.raises(WrongUse, match="reason"):
        agent.decisions.lift("free.test", by="Astrid Ek", reason=" ")
    with pytest.raises(WrongUse, match="not a domain"):
        agent.decisions.lift("192.0.2.1", by="Astrid Ek", reason="slow")
