"""Sites with several real resolvers, each kind from Debian's package, and a Knot DNS or a BIND as their primary."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Step
from skyddsnat.agent.samples import Key
from tests.agent.conftest import BASE, HOT, TSIG_SECRET, Clock, Site
from tests.agent.fake_hub import FakeHub
from tests.servers.bind import Bind, BindPrimary
from tests.servers.knot import Knot
from tests.servers.kresd import KnotResolver
from tests.servers.powerdns import PowerDNS
from tests.servers.resolver import Resolver
from tests.servers.unbound import Unbound

ALL: tuple[type[Resolver], ...] = (Bind, Unbound, PowerDNS, KnotResolver)
TRANSFER = Key("transfer", base64.b64encode(b"a secret for transfers, 32 bytes").decode())
PRIMARY_ADDRESS = "127.0.0.2"
"""Another than the agent's, as in a network: resolvers take NOTIFY from their primary in any case.  BIND listens on no
address but those of an interface."""
QUICK = 1
"""Seconds between PowerDNS' own looks for news, where a test is not about NOTIFY: it ignores one within 5 s of the last."""


@contextmanager
def site_with(
    folder: Path, *kinds: type[Resolver], primary: type[Knot] | type[BindPrimary] = Knot, refresh: int | None = QUICK
) -> Iterator[Site]:
    """A site whose primary runs and whose resolvers do not yet."""
    server = primary.make(
        folder / "knot",
        hot_zone=HOT,
        base_zone=BASE,
        key_secret=TSIG_SECRET,
        transfer_key=TRANSFER,
        address=PRIMARY_ADDRESS if primary is Knot else "127.0.0.1",
        keyless=("127.0.0.1",),
    )
    resolvers = tuple(
        kind.make(
            folder / kind.kind,
            lawful=server.endpoint,
            hot_zone=HOT,
            base_zone=BASE,
            key=TRANSFER,
            refresh_seconds=refresh,
        )
        for kind in kinds
    )
    # The primary knows none of them: what reaches them in time, the agent's own NOTIFY has brought.
    clock = Clock()
    site = Site(folder, FakeHub(clock=clock).start(), clock, server, others=resolvers)
    try:
        server.start()
        yield site.configure()
    finally:
        site.close()


@contextmanager
def running_site(
    folder: Path, *kinds: type[Resolver], primary: type[Knot] | type[BindPrimary] = Knot
) -> Iterator[Site]:
    """The same with all resolvers running."""
    with site_with(folder, *kinds, primary=primary) as site:
        start(site.others)
        yield site


def start(resolvers: Iterable[Resolver]) -> None:
    """All at the same time: each waits for what it reads."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda resolver: resolver.start(), resolvers))


def take(agent: Agent, *, wait: float = 60) -> Step:
    """Pull, publish and see it at every resolver."""
    assert agent.pull().reasons == ()
    step = agent.step()
    settled = agent.settle(step, wait_seconds=wait)
    assert [(check.name, check.fault) for check in settled.checks if not check.ok] == []
    return step
