"""What each real resolver blocks is exactly what the signals say, for lists that are made to be nasty.

Names share few labels, so that whole domains, exact names and their children collide; spellings are such as people write;
each example publishes several lists after one another, so that parents go and children come, and has base follow after some of
them only, so that hot has to let through what base still blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import chosen
from skyddsnat.policy.agent_guards import ListFacts
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import Scope, SignalType
from skyddsnat.protocols.rpz import BlockList, Row, compile_list
from tests.agent.conftest import Site
from tests.agent.resolvers.conftest import ALL, running_site
from tests.effort import tries
from tests.protocols.around import around
from tests.servers.resolver import ANSWERED, STOPPED, Resolver

pytestmark = pytest.mark.servers

LABELS = ("a", "b", "wild", "deep", "bücher", "BÜCHER", "xn--bcher-kva", "straße", "例え", "пример", "x-1", "0")
Signal = tuple[str, Scope]

names = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4).map(lambda parts: ".".join([*parts, "test"]))
spelt = st.tuples(names, st.sampled_from([str, str.upper, lambda name: f"{name}."])).map(lambda pair: pair[1](pair[0]))
signals = st.lists(st.tuples(spelt, st.sampled_from(Scope)), max_size=15)
HOLE: list[Signal] = [("wild.test", Scope.SUBDOMAINS), ("deep.a.b.wild.test", Scope.EXACT)]
"""The reference's wildcard-hole test: with the redundant row BIND and Unbound resolve b.wild.test."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("equality"), *ALL) as site:
        yield site


@pytest.fixture(scope="module")
def agent(site: Site) -> Agent:
    return site.agent()


@given(st.lists(st.tuples(signals, st.booleans()), min_size=1, max_size=3))
@settings(max_examples=tries(short=4, long=200), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_resolver_blocks_exactly_what_the_signals_say(
    site: Site, agent: Agent, lists: list[tuple[list[Signal], bool]]
) -> None:
    # Whatever is drawn: base has the hole's parent when it is removed, and in the end all that it has is let through.
    steps = [(HOLE, True), (HOLE[1:], False), *lists, ([], False)]
    probes = sorted({probe for step, _ in steps for name, _ in step for probe in around(normal(name))})
    for step, rebuilds in steps:
        put(agent, compiled(agent, step))
        if rebuilds:
            agent.rebuild(wait_seconds=60)
        wanted = {name for name in probes if is_blocked(name, step)}
        with ThreadPoolExecutor(len(site.others)) as pool:
            for resolver, blocked in zip(
                site.others, pool.map(lambda one: blocked_of(one, probes), site.others), strict=True
            ):
                assert blocked == wanted, resolver.kind


def test_a_redundant_row_would_be_seen(site: Site, agent: Agent) -> None:
    """Were covered children not dropped, BIND and Unbound would resolve what the signals block, and the test above would fail."""
    entries = frozenset(Listed(name, scope) for name, scope in HOLE)
    agent.settle(agent.enforcer.put(ListFacts(entries=entries), course=chosen("0" * 64)), wait_seconds=60)
    blocked = {resolver.kind: blocked_of(resolver, ["x.b.wild.test", "b.wild.test"]) for resolver in site.others}
    assert (len(blocked["bind"]), len(blocked["unbound"])) == (0, 1)
    assert blocked["powerdns"] == blocked["knot-resolver"] == {"x.b.wild.test", "b.wild.test"}


def put(agent: Agent, block_list: BlockList) -> None:
    """Put the list in force; what the guards would say of it is another test's matter."""
    facts = ListFacts(entries=frozenset(block_list.entries))
    step = agent.enforcer.put(facts, course=chosen(block_list.version))
    checks = agent.settle(step, wait_seconds=60).checks
    assert all(check.ok for check in checks), checks


def compiled(agent: Agent, step: list[Signal]) -> BlockList:
    """Compile twice, and what came of it once more: the same list each time."""
    rows = [Row(normal(name), scope) for name, scope in step]
    made, again = (
        compile_list(some, now=agent.clock(), policy=agent.config.list.policy, zones=agent.config.zones)
        for some in (rows, reversed(rows))
    )
    assert made.entries == again.entries
    once_more = compile_list(
        [Row(*entry) for entry in made.entries],
        now=agent.clock(),
        policy=agent.config.list.policy,
        zones=agent.config.zones,
    )
    assert (made.version, made.entries) == (again.version, once_more.entries)
    assert once_more.version == made.version
    return made


def is_blocked(name: str, step: list[Signal]) -> bool:
    """What the signals say, in so many words: the name itself, or any name above it that is listed with all below it."""
    listed = [(normal(listed), scope) for listed, scope in step]
    return any(name == one or (scope is Scope.SUBDOMAINS and name.endswith(f".{one}")) for one, scope in listed)


def blocked_of(resolver: Resolver, probes: list[str]) -> set[str]:
    """What a client finds stopped; everything else must be answered."""
    found = {name: resolver.look_up(name) for name in probes}
    assert set(found.values()) <= {STOPPED, ANSWERED}, (resolver.kind, found)
    return {name for name, state in found.items() if state == STOPPED}


def normal(name: str) -> str:
    return normalise(SignalType.DOMAIN, name).value
