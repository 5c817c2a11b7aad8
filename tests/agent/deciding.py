"""Short words for stories about what is held and what people decide."""

from __future__ import annotations

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from tests.agent.conftest import Site

Running = tuple[Site, Agent, dict[str, str]]
"""What the fixture `running` gives."""


def in_force(agent: Agent) -> set[str]:
    live = agent.state.lists.live()
    return set() if live is None else {entry.name for entry in agent.state.lists.entries(live.version)}


def take(agent: Agent) -> Outcome:
    assert agent.pull().reasons == ()
    return agent.step().outcome
