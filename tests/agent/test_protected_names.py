"""The coalition's protect list at an agent: it guards like the operator's own, and the hub can only add to it."""

from __future__ import annotations

import pytest

from skyddsnat.agent.assembly import PROTECTED_EVERY
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.status import AgentState
from tests.agent.conftest import Site


def test_another_members_domain_is_held_and_stays_guarded_when_the_hub_forgets_it(site: Site) -> None:
    site.hub.protected = {"names": ["Beta-Operator.test", "no name at all"]}
    agent = site.agent()
    agent.pull()
    assert agent.state.notes.get(Notes.PROTECTED) == ["beta-operator.test"]
    site.hub.protected = {"names": []}
    agent.protected_due = agent.monotonic()
    agent.pull()
    agent = site.agent()
    site.hub.verify("beta-operator.test")
    agent.pull()
    assert agent.step().outcome is Outcome.HELD
    hold = agent.status().list_hold
    assert hold is not None
    assert hold["protected"] == {"member_own": 1}
    assert [(check["reason"], check["found"], check["allowed"]) for check in hold["checks"]] == [
        ("protected_name", 1, 0)
    ]


@pytest.mark.parametrize("answer", [None, [], {"names": "all"}, {"names": [7]}, {}])
def test_a_hub_that_tells_none_or_nonsense_stops_nothing(site: Site, answer: object) -> None:
    site.hub.protected = answer
    site.hub.verify("bad.test")
    agent = site.agent()
    assert agent.pull().reasons == ()
    assert agent.step().outcome is Outcome.PUBLISHED
    assert agent.state.notes.get(Notes.PROTECTED) is None


def test_a_flood_of_names_is_not_kept_and_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the disk nor the guards fill with what a hub in wrong hands makes up, and nobody's name is left out unremarked."""
    monkeypatch.setattr("skyddsnat.agent.protected.MOST_NAMES", 3)
    agent = site.agent()

    def told(*names: str) -> None:
        site.hub.protected = {"names": [*names]}
        agent.protected_due = agent.monotonic()
        agent.pull()

    told("beta.test", "gamma.test")
    told("one.test", "two.test")
    assert agent.state.notes.get(Notes.PROTECTED) == ["beta.test", "gamma.test"]
    assert "more protected names than it may (4, at most 3" in agent.status().faults["protected"]["line"]
    assert agent.status().state is AgentState.ERROR
    told("delta.test")
    assert agent.state.notes.get(Notes.PROTECTED) == ["beta.test", "delta.test", "gamma.test"]
    assert agent.status().faults == {}


def test_the_names_are_asked_for_once_an_hour(site: Site) -> None:
    agent = site.agent()
    for _ in range(3):
        agent.pull()
    asked = [request for request in site.hub.requests if request == "/api/agent/protected"]
    assert len(asked) == 1
    assert agent.protected_due - agent.monotonic() <= PROTECTED_EVERY
