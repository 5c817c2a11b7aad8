"""An agent that goes on, comparing only what has changed, does what one does that is started anew before every step and has to
look at everything: the same zones, lists, holds and journal, whatever the feed says and people decide."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyddsnat.agent import plan
from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import Config, OutputConfig, OutputKind, load
from skyddsnat.agent.errors import AgentError, PrimaryError
from skyddsnat.agent.indicator import Indicator
from skyddsnat.agent.primaries.zonefile import ZoneFilePrimary
from skyddsnat.agent.state.database import transaction
from skyddsnat.agent.state.feed import Seen
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy import entries as entries_module
from skyddsnat.policy.agent_guards import Limits
from skyddsnat.policy.coverage import is_url
from skyddsnat.policy.entries import Entries
from skyddsnat.policy.vocabulary import Ceiling, Scope
from skyddsnat.protocols.rpz import Action, Policy, list_version
from tests.agent.conftest import Site
from tests.effort import tries

NAMES = (
    *(f"n{number}.test" for number in range(7)),
    "a.n0.test",
    "b.a.n0.test",
    "alfa-operator.test",
    "https://u.test/x",
)
PEOPLE = ("Astrid Ek", "Bo Lind")
ACTIONS = (Action.NX, Action.OBSERVE)
FEW = Limits(additions=3, additions_in_a_day=6, removals=2)
"""So that short histories meet the guards."""

Op = tuple[Any, ...]
START: Op = ("tell", [(name, Scope.SUBDOMAINS, True, 0) for name in NAMES[:3]])
"""Names that come: each with its scope, whether it is live, and in how many hours it ends (0: never)."""

told = st.tuples(
    st.sampled_from(["tell", "tell", "tell", "tell beside"]),
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.sampled_from(Scope),
            st.sampled_from([True, True, False]),
            st.sampled_from([0, 0, 0, 1, 1.5, 3]),
        ),
        min_size=1,
        max_size=4,
    ),
)
OPS = st.one_of(
    *[told] * 5,
    st.tuples(st.just("approve")),
    st.tuples(st.just("approve")),
    st.tuples(st.just("reject")),
    st.tuples(st.just("roll_back"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["lift", "lift beside"]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["unlift", "unlift beside"])),
    st.tuples(st.just("rebuild")),
    st.tuples(st.just("rebuild")),
    st.tuples(st.just("hours"), st.sampled_from([0.5, 2, 30])),
    st.tuples(st.just("fail"), st.integers(1, 2)),
    st.tuples(st.just("protect"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("observe"), st.sampled_from([False, False, True])),
)


@dataclass
class Place:
    """One agent's memory and zones; its clock stands still unless it is moved."""

    config: Config
    starts_anew: bool
    now: datetime = datetime(2026, 8, 1, 12, tzinfo=UTC)
    version: int = 0
    held: dict[str, tuple[int, bool]] = field(default_factory=dict)
    agent: Agent | None = None

    def opened(self) -> Agent:
        if self.agent is None:
            self.agent = Agent.open(self.config, clock=lambda: self.now)
        return self.agent

    def close(self) -> None:
        if self.agent is not None:
            self.agent.close()
            self.agent = None

    def carry_out(self, op: Op) -> object:
        """The operation, a step after it, and all that came of it."""
        if self.starts_anew:
            self.close()
        self.now += timedelta(seconds=1)
        answers = []
        for act in (lambda: self.do(*op), lambda: self.opened().step().outcome):
            if self.starts_anew:
                self.close()
            try:
                answers.append(act())
            except AgentError as error:
                answers.append(f"{type(error).__name__}: {error}")
        return answers, self.seen()

    def do(self, what: str, *how: Any) -> object:
        """What another process does beside this one, as a person's command does, this one only sees in the file."""
        what, beside, _ = what.partition(" beside")
        if not beside:
            return self.act(what, *how)
        kept, self.agent = self.agent, None
        try:
            return self.act(what, *how)
        finally:
            self.close()
            self.agent = kept

    def act(self, what: str, *how: Any) -> object:
        agent = self.opened()
        acts: dict[str, Callable[..., object]] = {
            "tell": self.tell,
            "approve": lambda: [agent.decisions.approve(self.held_version(), by=who).people for who in PEOPLE],
            "reject": lambda: agent.decisions.reject(self.held_version(), by=PEOPLE[0]).version,
            "roll_back": lambda steps: agent.decisions.roll_back(steps, by=PEOPLE[0]).version,
            "lift": lambda place: agent.decisions.lift(self.listed(place), by=PEOPLE[0], reason="a mistake").version,
            "unlift": lambda: [
                agent.decisions.unlift(one.name, by=PEOPLE[0]) for one in agent.state.notes.lifted()[:1]
            ],
            "rebuild": lambda: agent.rebuild(wait_seconds=0).moved,
            "hours": self.wait,
            "fail": self.fail,
            "protect": self.protect,
            "observe": self.observe,
        }
        return acts[what](*how)

    def tell(self, listed: list[tuple[str, Scope, bool, float]]) -> None:
        self.version += 1
        news = [
            Indicator(
                stix_id=f"indicator--{UUID(int=NAMES.index(name))}",
                version=self.version,
                live=live,
                name=name,
                scope=Scope.EXACT if is_url(name) else scope,
                ceiling=Ceiling.BLOCK,
                origin="police",
                fault="",
                until=int((self.now + timedelta(hours=ends)).timestamp() * 1_000_000) if ends else None,
                said=f"{self.version:064x}",
            )
            for name, scope, live, ends in {one[0]: one for one in listed}.values()
        ]
        self.hear(news)

    def hear(self, news: list[Indicator]) -> None:
        agent = self.opened()
        (collection,) = map(str, self.config.hub.collections)
        with transaction(agent.state.connection):
            agent.state.feed.apply(collection, news)
            agent.state.feed.accept(collection, Seen(self.version, self.version, self.now, self.now))
            agent.state.notes.bump()

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.hear([])

    def fail(self, writes: int) -> object:
        """A step whose second or first file cannot be written, with news on the way."""
        self.tell([(NAMES[6], Scope.SUBDOMAINS, self.version % 2 == 0, 0)])
        left = iter(range(writes - 1))
        whole = ZoneFilePrimary.write_file

        def write(primary: ZoneFilePrimary, update: Any) -> None:
            if next(left, None) is None:
                raise PrimaryError("the disk is full")
            whole(primary, update)

        with mock.patch.object(ZoneFilePrimary, "write_file", write):
            return self.opened().step().outcome

    def protect(self, name: str) -> None:
        """The operator protects one more name: another agent.toml, and so a start."""
        names = (*self.config.list.protect, name)
        self.config = replace(self.config, list=replace(self.config.list, protect=names))
        self.close()

    def observe(self, alone: bool) -> None:
        policy = Policy(action=Action.OBSERVE if alone else Action.NX)
        self.config = replace(self.config, list=replace(self.config.list, policy=policy))
        self.close()

    def listed(self, place: int) -> str:
        _, entries = self.opened().planner.in_force()
        names = sorted(name for name, _ in entries)
        return names[place % len(names)] if names else NAMES[0]

    def held_version(self) -> str:
        hold = self.opened().state.notes.get(Notes.LIST_HOLD)
        return str(hold["version"]) if hold else "nothing held"

    def seen(self) -> dict[str, Any]:
        """Everything that the agent has put anywhere; canaries are random, and are told by what they are."""
        state = self.opened().state
        files = {path.name: sorted(anonymous(path.read_text()).splitlines()) for path in self.zone_dir.glob("*.zone")}
        lists = [(kept, sorted(state.lists.entries(kept.version))) for kept in state.lists.kept()]
        zones = state.zones.all()
        live, in_force = self.opened().planner.in_force()
        if live is not None and not state.notes.get(Notes.PUBLISHING):
            assert self.opened().publisher.holds(in_force)
        for kept, listed in lists:
            assert kept.version in {list_version(listed, policy=Policy(action=action)) for action in ACTIONS}
            assert state.lists.text(kept.version) == "\n".join(f"{name} {scope}" for name, scope in listed)
        return {
            "files": files,
            "lists": lists,
            "zones": {role: (sorted(row.entries), len(row.passed), row.serial) for role, row in zones.items()},
            "notes": {
                key: state.notes.get(key) for key in (Notes.LIST_HOLD, Notes.PIN, Notes.PUBLISHING, Notes.FAULTS)
            },
            "journal": [*self.opened().journal.entries()],
            "cores": state.connection.execute("SELECT COUNT(*) FROM cores").fetchone()[0] > 0,
        }

    @property
    def zone_dir(self) -> Path:
        return self.config.primary.zone_dir


def anonymous(text: str) -> str:
    return re.sub(r"198\.1[89]\.\d+\.\d+", "CANARY", re.sub(r"c[0-9a-f]{16}", "TOKEN", text))


def story(config: Config, folder: Path, ops: list[Op], *, starts_anew: bool) -> list[object]:
    zone_dir = folder / "zones"
    zone_dir.mkdir(parents=True)
    outputs = (OutputConfig(kind=OutputKind.URLS, file=folder / "urls", reload_command=()),)
    place = Place(
        replace(
            config,
            data_dir=folder / "data",
            limits=FEW,
            outputs=outputs,
            primary=replace(config.primary, zone_dir=zone_dir, hot_limit=4),
        ),
        starts_anew,
    )
    try:
        return [place.carry_out(op) for op in [START, *ops]]
    finally:
        place.close()


@pytest.fixture
def config(site: Site) -> Config:
    return load(site.config_file)


@settings(
    max_examples=tries(short=15, long=1_500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ops=st.lists(OPS, min_size=3, max_size=14), limit=st.sampled_from([0, 2, 1_000]))
def test_going_on_is_the_same_as_starting_anew_before_every_step(config: Config, ops: list[Op], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with mock.patch.object(entries_module, "FEW", limit), mock.patch.object(plan, "KNOWN", 2):
            short = story(config, Path(folder) / "short", ops, starts_anew=False)
        with mock.patch.object(Entries, "near", lambda self, _: self), mock.patch.object(entries_module, "FEW", -1):
            long = story(config, Path(folder) / "long", ops, starts_anew=True)
    assert len(short) == len(long)
    for op, one, other in zip([START, *ops], short, long, strict=True):
        assert one == other, op
