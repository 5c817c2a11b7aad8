"""The agent put together from its parts, and the steps that commands and the loop share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from skyddsnat.agent.client import HubClient
from skyddsnat.agent.config import Config
from skyddsnat.agent.decisions import Decisions
from skyddsnat.agent.enforce import Enforcer, Step, hold_feed
from skyddsnat.agent.errors import AgentError, ConfigError, PrimaryError
from skyddsnat.agent.feed import FeedReader, Pulled
from skyddsnat.agent.journal import Journal
from skyddsnat.agent.plan import Planner
from skyddsnat.agent.primaries import Primary
from skyddsnat.agent.primaries.knot import KnotPrimary
from skyddsnat.agent.primaries.notify import Notifier
from skyddsnat.agent.primaries.zonefile import ZoneFilePrimary
from skyddsnat.agent.publish import Published, Publisher
from skyddsnat.agent.state import State
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.status import Status, read_status
from skyddsnat.agent.verify import LAWFUL_STOPPED, ResolverCheck, Verifier
from skyddsnat.policy.agent_guards import ProtectedNames, Reason
from skyddsnat.policy.protect import BrokenProtectList, ProtectList

ASK_AGAIN = 0.02
"""Seconds between two looks at the canaries after a publish."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a publish ended at the resolvers."""

    checks: list[ResolverCheck]
    went_back: bool


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Agent:
    """All parts, opened for one configuration."""

    config: Config
    state: State
    client: HubClient
    reader: FeedReader
    planner: Planner
    publisher: Publisher
    enforcer: Enforcer
    decisions: Decisions
    verifier: Verifier
    notifier: Notifier
    journal: Journal
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def open(
        cls,
        config: Config,
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
        protect: ProtectedNames | None = None,
    ) -> Agent:
        """Open the agent's memory and make its parts.  Raises AgentError."""
        state = State.open(config.data_dir)
        journal = Journal(config.data_dir / "journal.jsonl", clock=clock)
        client = HubClient(config.hub, transport=transport, sleep=sleep)
        planner = Planner(config, state, protect=protect or protect_list(config), clock=clock)
        notifier = Notifier(config.resolvers)
        publisher = Publisher(config, state, primary=_primary(config), notifier=notifier, clock=clock)
        enforcer = Enforcer(state, planner=planner, publisher=publisher, journal=journal, clock=clock)
        return cls(
            config=config,
            state=state,
            client=client,
            reader=FeedReader(
                client, state, public_key=config.hub.public_key, limits=config.limits, clock=clock, sleep=sleep
            ),
            planner=planner,
            publisher=publisher,
            enforcer=enforcer,
            decisions=Decisions(state, planner=planner, enforcer=enforcer, journal=journal, clock=clock),
            verifier=Verifier(
                config.resolvers,
                must_not_block=config.verify.must_not_block,
                timeout=config.verify.timeout_seconds,
                clock=clock,
            ),
            notifier=notifier,
            journal=journal,
            clock=clock,
            sleep=sleep,
        )

    def close(self) -> None:
        """Stop what runs in the background and close the files."""
        self.notifier.close()
        self.client.close()
        self.state.close()

    def status(self) -> Status:
        """Where the agent stands."""
        return read_status(self.config, self.state, now=self.clock())

    def pull(self, *, from_start: bool = False) -> Pulled:
        """Ask the hub; note a hold or a fault.  Raises AgentError, which is noted too."""
        try:
            pulled = self.reader.pull(self.config.hub.collections, from_start=from_start)
        except AgentError as error:
            self.fault("hub", error)
            raise
        self.fault("hub", None)
        hold_feed(self.state, self.journal, reasons=pulled.reasons, now=self.clock())
        return pulled

    def step(self) -> Step:
        """Carry out the plan.  Raises PrimaryError, which is noted too."""
        return self.guarded_by_primary(self.enforcer.step)

    def guarded_by_primary[T](self, action: Callable[[], T]) -> T:
        """Run something that touches the zones, and note whether the primary was well."""
        try:
            result = action()
        except PrimaryError as error:
            self.fault("primary", error)
            raise
        self.fault("primary", None)
        return result

    def fault(self, part: str, error: AgentError | None) -> None:
        """Note that a part does not work, or works again; journalled on change only."""
        faults: dict[str, Any] = self.state.notes.get(Notes.FAULTS) or {}
        before = faults.pop(part, None)
        if error is None:
            if before is not None:
                self.state.notes.put(Notes.FAULTS, faults or None)
                self.journal.write("works_again", part=part)
            return
        since = before["since"] if before is not None else self.clock().isoformat()
        self.state.notes.put(Notes.FAULTS, {**faults, part: {"line": str(error), "since": since}})
        if before is None:
            self.journal.write("fault", part=part, line=str(error))

    def prove(self, published: Published, *, wait_seconds: float) -> list[ResolverCheck]:
        """Look at the canaries until every resolver answers or the wait is over; note the seconds it took."""
        until = self.monotonic() + wait_seconds
        checks: dict[str, ResolverCheck] = {}
        behind: list[str] | None = None
        while True:
            checks |= {check.name: check for check in self.verifier.canaries(self.state.zones.all(), only=behind)}
            behind = [check.name for check in checks.values() if not check.ok]
            if not behind or self.monotonic() >= until:
                break
            self.sleep(ASK_AGAIN)
        if checks and not behind:
            self.state.notes.put(Notes.MEASURED, round(self.monotonic() - published.started, 3))
        return self.note_checks(list(checks.values()), canaries_only=True)

    def settle(self, step: Step, *, wait_seconds: float) -> Settled:
        """After a publish: prove it, and go back if it stopped a lawful name that was not stopped before."""
        if step.published is None:
            return Settled([], went_back=False)
        checks = self.prove(step.published, wait_seconds=wait_seconds)
        if not step.added:
            return Settled(checks, went_back=False)
        before = {check["name"] for check in self.state.notes.get(Notes.RESOLVERS) or [] if check["stopped"]}
        checks = self.verify()
        if not {check.name for check in checks if check.fault == LAWFUL_STOPPED} - before:
            return Settled(checks, went_back=False)
        back = self.guarded_by_primary(
            lambda: self.decisions.roll_back(1, by="skyddsnat agent", cause=Reason.LAWFUL_NAME_STOPPED)
        )
        if back.published is not None:
            checks = self.prove(back.published, wait_seconds=wait_seconds)
        return Settled(checks, went_back=True)

    def verify(self) -> list[ResolverCheck]:
        """Canaries and lawful names at every resolver, once."""
        return self.note_checks(self.verifier.everything(self.state.zones.all()))

    def look_at(self, names: list[str]) -> list[ResolverCheck]:
        """Canaries alone, at some resolvers."""
        checks = self.verifier.canaries(self.state.zones.all(), only=names)
        return self.note_checks(checks, canaries_only=True)

    def note_checks(self, checks: list[ResolverCheck], *, canaries_only: bool = False) -> list[ResolverCheck]:
        """Remember what the resolvers showed.  A look at the canaries does not clear a lawful name that was found stopped."""
        before = {check["name"]: check for check in self.state.notes.get(Notes.RESOLVERS) or []}
        noted = [_noted(check, before.get(check.name) if canaries_only else None) for check in checks]
        seen = {check.name for check in checks}
        known = {resolver.name for resolver in self.config.resolvers} - seen
        others = [check for name, check in before.items() if name in known]
        order = [resolver.name for resolver in self.config.resolvers]
        self.state.notes.put(Notes.RESOLVERS, sorted([*noted, *others], key=lambda check: order.index(check["name"])))
        if len(seen) == len(order) and not any(check.behind for check in checks):
            for role, zone in self.state.zones.all().items():
                self.state.zones.mark_seen(role, token=zone.canary.token)
        for check in checks:
            if check.ok != before.get(check.name, {"ok": True})["ok"]:
                self.journal.write("resolver", name=check.name, ok=check.ok, fault=check.fault)
        return checks


def protect_list(config: Config) -> ProtectedNames:
    """What must never be blocked here: the shipped lists, the operator's own names, and the names that are tested."""
    try:
        return ProtectList.build(members_own=config.list.protect, extra=config.verify.must_not_block)
    except BrokenProtectList as broken:
        raise ConfigError([f"[list] protect or [verify] must_not_block: {broken.detail}"]) from broken


def _primary(config: Config) -> Primary:
    if config.primary.kind == "knot":
        return KnotPrimary(config.primary)
    return ZoneFilePrimary(reload_command=config.primary.reload_command)


def _noted(check: ResolverCheck, before: dict[str, Any] | None) -> dict[str, Any]:
    noted: dict[str, Any] = {**asdict(check), "checked_at": check.checked_at.isoformat(), "behind": [*check.behind]}
    if before is not None and before.get("stopped") and check.ok:
        noted |= {"ok": False, "fault": before["fault"], "stopped": before["stopped"]}
    return noted
