"""A resolver of each kind dies by SIGKILL at the moments that matter; the list stands, and it comes back without a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.verify import UNREACHED
from tests.agent.conftest import Site
from tests.agent.resolvers.conftest import ALL, running_site, take
from tests.servers.bind import Bind
from tests.servers.resolver import ANSWERED, STOPPED, Resolver
from tests.servers.unbound import Unbound

pytestmark = pytest.mark.servers

PATIENCE = 60.0
"""Seconds until a resolver that is back must have the list: its own refresh, and the agent's repeats."""


def at_once(agent: Agent, doomed: Resolver, new: str) -> None:
    """Before the primary has heard anything."""
    doomed.stop(hard=True)


def given(agent: Agent, doomed: Resolver, new: str) -> None:
    """It has the list, and nobody has asked it yet."""
    real = agent.publisher.put

    def put(*args: Any, **more: Any) -> Any:
        published = real(*args, **more)
        doomed.await_state(f"www.{new}", STOPPED, seconds=PATIENCE)
        doomed.stop(hard=True)
        return published

    agent.publisher.put = put  # type: ignore[method-assign]


def asked(question: str, *, time: int = 1) -> Callable[[Agent, Resolver, str], None]:
    """When the agent is about to put a question to it for the given time."""

    def dies(agent: Agent, doomed: Resolver, new: str) -> None:
        real, seen = getattr(agent.verifier, question), 0

        def ask(resolver: Any, *args: Any) -> Any:
            nonlocal seen
            seen += resolver.name == doomed.known.name
            if seen == time:
                doomed.stop(hard=True)
            return real(resolver, *args)

        setattr(agent.verifier, question, ask)

    return dies


MOMENTS = {
    "before the update": at_once,
    "given the list, before its proof": given,
    "between the canaries of one look": asked("_canary", time=2),
    "asked for a lawful name": asked("_lawful"),
}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: str(kind.kind))
def test_a_resolver_that_dies_harms_no_list_and_has_it_when_it_is_back(tmp_path: Path, kind: type[Resolver]) -> None:
    with running_site(tmp_path, kind, Bind if kind is Unbound else Unbound) as site:
        site.hub.verify("kept.test")
        gone, listed = "shop.test", site.hub.verify("shop.test")
        take(site.agent())
        for number, (moment, dies) in enumerate(MOMENTS.items()):
            new = f"bad{number}.test"
            site.hub.withdraw(listed)
            listed = site.hub.verify(new)
            _dies(site, dies, gone=gone, new=new, moment=moment)
            _is_back(site, gone=gone, new=new, moment=moment)
            gone = new


def _dies(site: Site, dies: Callable[[Agent, Resolver, str], None], *, gone: str, new: str, moment: str) -> None:
    """One list on its way, with a death.  The other resolver gets it, nothing goes back, and the dead one has proved nothing."""
    doomed, other = site.others
    agent = site.agent()
    assert agent.pull().reasons == ()
    dies(agent, doomed, new)
    step = agent.step()
    other.await_state(f"www.{new}", STOPPED, seconds=PATIENCE)
    until = time.monotonic() + PATIENCE
    while (settled := agent.settle(step, wait_seconds=0)) and doomed.process is not None:
        assert time.monotonic() < until, f"it never came to the moment {moment!r}"
    trial, live, status = agent.state.notes.get(Notes.TRIAL), agent.state.lists.live(), agent.status()
    assert trial is not None, f"{moment}: one resolver has not shown that the list stops no lawful name"
    assert doomed.known.name not in trial["clear"], moment
    assert [one["fault"] for one in status.resolvers if one["name"] == doomed.known.name] == [UNREACHED], moment
    assert live is not None
    assert (live.version, settled.went_back, status.pin, status.list_hold) == (step.version, False, None, None), moment
    other.await_state(f"www.{gone}", ANSWERED, seconds=PATIENCE)
    assert [other.look_up(name) for name in ("www.kept.test", "www.lawful.test")] == [STOPPED, ANSWERED], moment


def _is_back(site: Site, *, gone: str, new: str, moment: str) -> None:
    """Started again as a supervisor would, and nothing else."""
    doomed, agent = site.others[0], site.agent()
    doomed.start()
    doomed.await_state("www.kept.test", STOPPED, seconds=PATIENCE)
    until = time.monotonic() + PATIENCE
    while not _all_is_well(agent):
        assert time.monotonic() < until, (moment, agent.status().resolvers)
        time.sleep(0.1)
    seen = [doomed.look_up(f"www.{name}") for name in ("kept.test", new, gone, "lawful.test")]
    assert seen == [STOPPED, STOPPED, ANSWERED, ANSWERED], moment
    assert agent.state.notes.get(Notes.TRIAL) is None, moment


def _all_is_well(agent: Agent) -> bool:
    """The next looks of a loop, which may come before the resolver has its zones."""
    settled = agent.watch(wait_seconds=1)
    assert not settled.went_back
    return agent.proof.open is None and agent.status().state == "live"
