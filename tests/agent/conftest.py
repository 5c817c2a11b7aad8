"""A site: fake hub, real Knot and Unbound where asked for, and an agent configured by its own sample."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.samples import Endpoint
from skyddsnat.demo.ports import free_port
from tests.agent.fake_hub import STATS_TOKEN, TAXII_TOKEN, FakeHub
from tests.servers.bind import BindPrimary
from tests.servers.knot import Knot
from tests.servers.resolver import Resolver
from tests.servers.unbound import Unbound

HOT, BASE = "hot.rpz.skyddsnat.test", "base.rpz.skyddsnat.test"
TSIG_SECRET = base64.b64encode(b"a secret for tests, 32 bytes long").decode()


def away_from_midnight() -> timedelta:
    """Looks and updates are counted by the day in UTC: what a test does within minutes is done on one day.

    Back and not ahead: programs that a test starts go by the real time, and take a hub's word that is a little old.
    """
    left = 86_400 - time.time() % 86_400
    return timedelta(minutes=-5 if left < 300 else 0)


@dataclass(slots=True)
class Clock:
    """Wall time that a test can move."""

    ahead: timedelta = field(default_factory=away_from_midnight)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **units: float) -> None:
        self.ahead += timedelta(**units)


@dataclass(slots=True)
class Site:
    """One operator's place."""

    folder: Path
    hub: FakeHub
    clock: Clock
    knot: Knot | BindPrimary | None = None
    unbound: Unbound | None = None
    others: tuple[Resolver, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    more: str = ""
    """Tables that stand at the end of agent.toml."""
    _open: list[Agent] = field(default_factory=list)

    @property
    def config_file(self) -> Path:
        return self.folder / "agent.toml"

    @property
    def zone_dir(self) -> Path:
        return self.folder / "knot" / "zones" if self.knot else self.folder / "zones"

    @property
    def resolvers(self) -> tuple[Resolver, ...]:
        """Unbound, where there is one, and all others."""
        return (*((self.unbound,) if self.unbound else ()), *self.others)

    def zone_text(self, role: str = "hot") -> str:
        return (self.zone_dir / f"{role}.zone").read_text()

    def configure(self, **settings: str) -> Site:
        """Write agent.toml; each setting `key = value` takes the place of the commented default of that name."""
        self.settings |= settings
        sample = AgentSample(
            name="alfa-1",
            data_dir=self.folder / "data",
            hub_url=self.hub.url,
            collections=[(self.hub.collection, "Operators verified")],
            public_key=self.hub.public_key,
            log_public_key=self.hub.log.signer.key.text(),
            token_file=_secret(self.folder / "taxii.token", TAXII_TOKEN),
            report_token_file=_secret(self.folder / "stats.token", STATS_TOKEN),
            hot_zone=HOT,
            base_zone=BASE,
            zone_dir=self.zone_dir,
            primary=self.knot.endpoint if self.knot else None,
            primary_kind="bind" if isinstance(self.knot, BindPrimary) else "knot",
            key_file=_secret(self.folder / "tsig.key", TSIG_SECRET) if self.knot else None,
            resolvers=[resolver.known for resolver in self.resolvers],
            must_not_block=["www.lawful.test"],
            protect=["alfa-operator.test"],
        )
        self.zone_dir.mkdir(parents=True, exist_ok=True)
        text = agent_toml(sample)
        for key, value in self.settings.items():
            text = _set(text, key, value)
        self.config_file.write_text(text + self.more)
        return self

    def agent(self) -> Agent:
        """A fresh agent, as after a restart."""
        agent = Agent.open(load(self.config_file), clock=self.clock)
        self._open.append(agent)
        return agent

    def close(self) -> None:
        for agent in self._open:
            agent.close()
        for server in (*self.resolvers, self.knot):
            if server is not None:
                server.stop()
        self.hub.stop()


def _secret(path: Path, text: str) -> Path:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def _set(text: str, key: str, value: str) -> str:
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.lstrip("# ").startswith(f"{key} ="):
            lines[place] = f"{key} = {value}"
            return "\n".join(lines) + "\n"
    raise AssertionError(f"no setting {key} in the sample")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Hub and agent; the zones are files and nobody serves them."""
    clock = Clock()
    place = Site(tmp_path, FakeHub(clock=clock).start(), clock).configure()
    yield place
    place.close()


@pytest.fixture
def dns_site(tmp_path: Path) -> Iterator[Site]:
    """Hub, agent, a running Knot and a running Unbound."""
    clock = Clock()
    knot = Knot.make(tmp_path / "knot", hot_zone=HOT, base_zone=BASE, key_secret=TSIG_SECRET)
    unbound = Unbound.make(tmp_path / "unbound", lawful=knot.endpoint, hot_zone=HOT, base_zone=BASE)
    knot.with_resolvers(unbound.endpoint)
    place = Site(tmp_path, FakeHub(clock=clock).start(), clock, knot, unbound)
    try:
        knot.start()
        unbound.start()
        yield place.configure()
    finally:
        place.close()


@pytest.fixture
def names() -> Callable[[int], list[str]]:
    """Invented names that nobody has."""
    counter = itertools.count(1)
    return lambda count: [f"bad{next(counter):05d}.test" for _ in range(count)]


@pytest.fixture
def running(site: Site, names: Callable[[int], list[str]]) -> tuple[Site, Agent, dict[str, str]]:
    """A site with thirty names in force; the ids by name."""
    ids = {name: site.hub.verify(name) for name in names(30)}
    agent = site.agent()
    agent.pull()
    assert agent.step().outcome is Outcome.PUBLISHED
    return site, agent, ids


def unused_endpoint() -> Endpoint:
    """A place on loopback where nobody answers."""
    return Endpoint("127.0.0.1", free_port())
