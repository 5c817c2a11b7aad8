"""Short words for stories at a real primary and a real resolver."""

from __future__ import annotations

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Step
from tests.agent.conftest import Site
from tests.servers.unbound import Unbound


def resolver(site: Site) -> Unbound:
    assert site.unbound is not None
    return site.unbound


def take(agent: Agent, *, wait: float = 60) -> Step:
    """Pull, publish and see it at the resolver."""
    assert agent.pull().reasons == ()
    step = agent.step()
    agent.settle(step, wait_seconds=wait)
    return step


class Killed(BaseException):
    """The agent's process ends here."""


def killed_before_the_update(agent: Agent) -> None:
    """Run a step whose process dies when the files are written and before the primary is told."""

    def die(update: object) -> int:
        raise Killed

    agent.publisher._primary.apply = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        agent.step()
