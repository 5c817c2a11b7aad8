"""An operator: the real agent with the files of a real site, two resolvers that read them, and a fuse that kills the agent."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from skyddsnat.agent import enforce
from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.primaries import zonefile
from skyddsnat.agent.report import report_payload
from skyddsnat.agent.sample_toml import AgentSample, agent_toml
from skyddsnat.agent.state.lists import ListState
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy.agent_guards import ProtectedNames
from skyddsnat.site.journal import Journal
from tests.simulator.hub import Hub
from tests.simulator.network import Link

WATCHED = (
    (Notes, "put"),
    (ListState, "put"),
    (ListState, "retire_live"),
    (Journal, "write"),
    (zonefile, "write_atomically"),
)


class AgentDied(BaseException):
    """The agent's process ended here."""


class Fuse:
    """Kills the agent at the n-th of the points that matter, before or after the thing is done.

    at: only points of this name count, for a death that is aimed; empty for any.
    """

    left = -1
    at = ""

    @classmethod
    def light(cls, left: int, *, at: str = "") -> None:
        cls.left, cls.at = left, at

    @classmethod
    def burn(cls, name: str) -> None:
        if cls.left >= 0 and cls.at in ("", name):
            cls.left -= 1
            if cls.left < 0:
                raise AgentDied

    @classmethod
    def watch(cls) -> list[Any]:
        return [patch.object(owner, name, cls._fused(getattr(owner, name), name)) for owner, name in WATCHED]

    @classmethod
    def _fused(cls, real: Any, name: str) -> Any:
        def fused(*args: Any, **options: Any) -> Any:
            cls.burn(name)
            result = real(*args, **options)
            cls.burn(name)
            return result

        return fused


@dataclass(slots=True)
class Resolver:
    """Loads both files whenever it looks, unless it is down; it comes up with what the files say at that moment."""

    up: bool = True
    blocks: frozenset[str] = frozenset()

    def look(self, zones: Path) -> None:
        if self.up:
            self.blocks = frozenset(blocked_by(zones))


def blocked_by(zones: Path) -> set[str]:
    """The names that both files block: the first that knows a name decides, and hot stands first."""
    hot, base = zones / "hot.zone", zones / "base.zone"
    return names_in(hot, to=".") | names_in(base, to=".") - names_in(hot, to="rpz-passthru.")


def names_in(file: Path, *, to: str) -> set[str]:
    """The names with a CNAME to that in a zone file; a torn one is a fault of the agent's."""
    if not file.exists():
        return set()
    text = file.read_text(encoding="ascii")
    assert " SOA " in text, f"{file.name} has no SOA"
    assert text.endswith("\n"), f"{file.name} is cut short"
    owners = {line.split()[0] for line in text.splitlines() if line.endswith(f" CNAME {to}")}
    return {owner for owner in owners if not owner.startswith("*.") and owner.endswith(".test")}


@dataclass(slots=True)
class Site:
    """One operator.  taken_at: the story's time of the last round in which everything was taken.  went_back: a broken promise."""

    name: str
    folder: Path
    hub: Hub
    link: Link
    collection: UUID
    protect: ProtectedNames
    luck: random.Random
    skew: timedelta = timedelta()
    agent: Agent | None = None
    resolvers: list[Resolver] = field(default_factory=lambda: [Resolver(), Resolver()])
    deaths: int = 0
    rounds: int = 0
    turned_at: datetime | None = None
    taken_at: datetime | None = None
    newest: tuple[int, datetime | None] = (0, None)
    went_back: str = ""

    @property
    def zones(self) -> Path:
        return self.folder / "zones"

    def settle_in(self, *, token: str, stats: str, public_key: str) -> None:
        """Write the site's files."""
        self.zones.mkdir(parents=True)
        for name, text in (("taxii.token", token), ("stats.token", stats)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600)
        sample = AgentSample(
            name=f"{self.name}-1",
            data_dir=self.folder / "data",
            hub_url="http://127.0.0.1",
            collections=[(self.collection, "verified")],
            public_key=public_key,
            log_public_key="",
            token_file=self.folder / "taxii.token",
            report_token_file=self.folder / "stats.token",
            hot_zone="hot.rpz.test",
            base_zone="base.rpz.test",
            zone_dir=self.zones,
            primary=None,
            key_file=None,
            resolvers=[],
        )
        (self.folder / "agent.toml").write_text(agent_toml(sample))

    def clock(self) -> datetime:
        return self.hub.now + self.skew

    def turn(self) -> None:
        """One round of the agent, which may die in it; then the resolvers look at the files."""
        self.rounds, self.turned_at = self.rounds + 1, self.hub.now
        fate = self.luck.random()
        if fate < 0.05:
            Fuse.light(self.luck.randint(0, 30))
        elif fate < 0.10:  # between the files and what is recorded of them, where few points lie and most can go wrong
            Fuse.light(self.luck.choice((1, 1, 2, 3)), at="write_atomically")
        try:
            self._round()
        except AgentDied:
            self.die()
        finally:
            Fuse.light(-1)
        for resolver in self.resolvers:
            resolver.look(self.zones)

    def die(self) -> None:
        """The process is gone, with whatever it held in memory."""
        self.deaths += 1
        if self.agent is not None:
            self.agent.close()
        self.agent = None

    def _round(self) -> None:
        agent = self.agent = self.agent or self._open()
        started = self.hub.now
        try:
            pulled = self._try(agent.pull)
        finally:
            self._note_newest(agent)
        step = self._try(
            agent.step
        )  # as in the agent's loop, what one part lacks does not keep the others from their work
        self._try(lambda: agent.guarded_by_primary(agent.publisher.repair))
        self._try(lambda: agent.guarded_by_primary(agent.publisher.maintain))
        if pulled and step and not pulled.reasons and step.outcome is not enforce.Outcome.HELD:
            self.taken_at = started
        if self.luck.random() < 0.2:
            said = report_payload(agent.status(), name=agent.config.name, now=self.clock())
            self._try(lambda: agent.client.report(said))

    def _try[T](self, work: Callable[[], T]) -> T | None:
        """What came of it; None where the hub or a file was in the way."""
        try:
            return work()
        except AgentError:
            return None

    @property
    def in_files(self) -> set[str]:
        """What a resolver blocks that looks now."""
        return blocked_by(self.zones)

    def rejoin(self) -> None:
        """Two people take in a hub that has gone back."""
        if self.agent is not None and self.agent.status().feed_hold is not None:
            try:
                for person in ("Astrid Ek", "Bo Lind"):
                    self.agent.rejoin(by=person)
                self.newest = (0, self.newest[1])
            except AgentError:
                return

    def _open(self) -> Agent:
        config = load(self.folder / "agent.toml")
        return Agent.open(config, clock=self.clock, sleep=lambda _: None, transport=self.link, protect=self.protect)

    def _note_newest(self, agent: Agent) -> None:
        """Whether the accepted heads only ever rise."""
        seen = agent.state.feed.seen(str(self.collection))
        position, time = self.newest
        if seen.head_position < position or (time and seen.head_time and seen.head_time < time):
            self.went_back = f"{self.name} took a head older than one that it had taken"
        self.newest = (seen.head_position, seen.head_time)
