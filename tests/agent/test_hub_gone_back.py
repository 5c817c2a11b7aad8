"""A hub that was restored from a backup knows less than its agents: they hold and say so, and two people take it back in."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import WrongUse
from skyddsnat.policy.agent_guards import Reason
from tests.agent.conftest import Site
from tests.survival.zones import blocked


def take(agent: Agent) -> tuple[Reason, ...]:
    pulled = agent.pull()
    agent.step()
    return pulled.reasons


@pytest.fixture
def restored(site: Site) -> Site:
    """Kept and short are listed; a backup; late is listed, short is withdrawn; the agent has all that; the hub is restored."""
    site.hub.verify("kept.test")
    short = site.hub.verify("short.test")
    backup: dict[str, Any] = copy.deepcopy(site.hub.listings)
    agent = site.agent()
    assert take(agent) == ()
    site.hub.verify("late.test")
    site.hub.withdraw(short)
    assert take(agent) == ()
    assert blocked(site.zone_dir) == {"kept.test", "late.test"}
    site.hub.listings = backup
    return site


def test_the_agent_holds_and_the_list_in_force_stays(restored: Site) -> None:
    agent = restored.agent()
    assert take(agent) == (Reason.OLDER_HEAD,)
    assert blocked(restored.zone_dir) == {"kept.test", "late.test"}
    assert agent.status().state == "held"


def test_it_does_not_forget_when_the_hub_has_published_past_the_lost_part(restored: Site) -> None:
    agent = restored.agent()
    restored.hub.verify("new.test")
    assert take(agent) == (Reason.HISTORY_LOST,)
    assert blocked(restored.zone_dir) == {"kept.test", "late.test"}


def test_when_all_that_was_lost_is_there_again_the_agent_goes_on_by_itself(site: Site) -> None:
    """A verdict that is given again has the same id in a later version: nothing is lost any more."""
    late = site.hub.verify("late.test")
    backup = {**site.hub.listings, late: copy.deepcopy(site.hub.listings[late])}
    agent = site.agent()
    take(agent)
    site.hub.withdraw(late)
    take(agent)
    site.hub.listings = backup
    assert take(agent) == (Reason.OLDER_HEAD,)
    site.hub.withdraw(late)
    assert take(agent) == ()
    assert blocked(site.zone_dir) == set()


def test_two_people_take_it_back_in_and_what_was_withdrawn_stays_free(restored: Site) -> None:
    agent = restored.agent()
    restored.hub.verify("new.test")
    take(agent)
    assert agent.rejoin(by="Astrid Ek") == (("Astrid Ek",), None)
    assert agent.rejoin(by="astrid  ek")[1] is None, "the same person again"
    assert take(agent) == (Reason.HISTORY_LOST,)
    people, done = agent.rejoin(by="Bo Lind")
    assert people == ("astrid ek", "Bo Lind")
    assert done is not None
    assert (done.reasons, done.lost, done.kept_free) == ((), 2, 1)
    assert take(agent) == ()
    assert blocked(restored.zone_dir) == {"kept.test", "new.test"}
    assert [lifted.name for lifted in agent.state.notes.lifted()] == ["short.test"]
    assert agent.step().outcome is Outcome.NOTHING
    assert "rejoined" in {entry["event"] for entry in agent.journal.entries()}


def test_a_hub_that_has_not_gone_back_cannot_be_taken_anew(site: Site) -> None:
    site.hub.verify("kept.test")
    agent = site.agent()
    take(agent)
    with pytest.raises(WrongUse, match="has not gone back"):
        agent.rejoin(by="Astrid Ek")


def test_a_wicked_hub_gains_nothing_by_it(restored: Site) -> None:
    """An old head played back is refused also by people's word: time never goes back."""
    agent = restored.agent()
    take(agent)
    old = restored.hub.head()
    restored.clock.move(minutes=10)
    restored.hub.verify("new.test")
    take(agent)
    restored.clock.move(minutes=1)
    agent.rejoin(by="Astrid Ek")
    restored.hub.head_trick = lambda head: {**head, "signature": old["signature"]}
    _, done = agent.rejoin(by="Bo Lind")
    assert done is not None
    assert done.reasons == (Reason.BAD_SIGNATURE,)
    assert blocked(restored.zone_dir) == {"kept.test", "late.test"}
