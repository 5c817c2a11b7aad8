"""The agent put together from its parts, and the steps that commands and the loop share."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from skyddsnat.agent.client import HubClient
from skyddsnat.agent.config import Config
from skyddsnat.agent.decisions import APPROVALS_NEEDED, Decisions
from skyddsnat.agent.enforce import Enforcer, Step, hold_feed
from skyddsnat.agent.errors import AgentError, HubError, PrimaryError
from skyddsnat.agent.faults import Faults
from skyddsnat.agent.feed import FeedReader, Pulled, Rejoined
from skyddsnat.agent.hashes.keeper import HashKeeper
from skyddsnat.agent.log_client import LogClient
from skyddsnat.agent.looks import Looks
from skyddsnat.agent.outputs.keeper import OutputKeeper
from skyddsnat.agent.plan import Planner
from skyddsnat.agent.primaries import Primary
from skyddsnat.agent.primaries.notify import Notifier
from skyddsnat.agent.primaries.update import UpdatePrimary
from skyddsnat.agent.primaries.zonefile import ZoneFilePrimary
from skyddsnat.agent.proof import Proof
from skyddsnat.agent.protected import add_names, protect_list
from skyddsnat.agent.publish import Published, Publisher
from skyddsnat.agent.resolvers.caches import Caches
from skyddsnat.agent.state import State
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.status import Status, read_status
from skyddsnat.agent.verify import ResolverCheck, Verifier
from skyddsnat.agent.witness import LogRefused, Trouble, Watched, Witness
from skyddsnat.policy.agent_guards import ProtectedNames, Reason
from skyddsnat.site.clock import utc_now
from skyddsnat.site.journal import Journal

log = logging.getLogger("skyddsnat.agent")

PROTECTED_EVERY = 3600.0
"""Seconds between two questions for the coalition's protected names."""

LOG_MAY_BE_SILENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a publish ended at the resolvers."""

    checks: list[ResolverCheck]
    went_back: bool


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a rebuild of base ended.  moved: there was something to move.  trimmed: every resolver has it, and hot let go of it."""

    moved: bool
    trimmed: bool
    checks: list[ResolverCheck]


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
    proof: Proof
    looks: Looks
    faults: Faults
    notifier: Notifier
    caches: Caches
    witness: Witness
    outputs: OutputKeeper
    hashes: HashKeeper
    journal: Journal
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    protected_due: float = 0.0
    """Monotonic seconds at which the coalition's protected names are asked for; never where they were given."""

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
        guarded = protect or protect_list(config, state.notes.get(Notes.PROTECTED) or ())
        planner = Planner(config, state, protect=guarded, clock=clock)
        notifier = Notifier(config.resolvers)
        publisher = Publisher(config, state, primary=_primary(config), notifier=notifier, clock=clock)
        proof, caches = Proof(state, clock=clock), Caches(config.resolvers)
        faults = Faults(state.notes, journal=journal, clock=clock)
        verifier = Verifier(
            config.resolvers,
            must_not_block=config.verify.must_not_block,
            timeout=config.verify.timeout_seconds,
            clock=clock,
        )
        enforcer = Enforcer(state, planner=planner, publisher=publisher, proof=proof, journal=journal, clock=clock)
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
            decisions=Decisions(
                state,
                planner=planner,
                enforcer=enforcer,
                journal=journal,
                clock=clock,
                approvers=config.approvers,
            ),
            verifier=verifier,
            proof=proof,
            looks=Looks(
                config,
                state,
                publisher=publisher,
                verifier=verifier,
                proof=proof,
                notifier=notifier,
                caches=caches,
                faults=faults,
                journal=journal,
                clock=clock,
                sleep=sleep,
            ),
            faults=faults,
            notifier=notifier,
            caches=caches,
            witness=Witness(
                LogClient(client),
                state,
                key=config.hub.log_key,
                name=config.name,
                data_dir=config.data_dir,
                journal=journal,
                clock=clock,
            ),
            outputs=OutputKeeper(config, state, planner=planner),
            hashes=HashKeeper(config, state, clock=clock),
            journal=journal,
            clock=clock,
            sleep=sleep,
            protected_due=0.0 if protect is None else math.inf,
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
        alarm = self.state.notes.get(Notes.LOG_ALARM)
        if alarm is not None and alarm["code"] == Trouble.CONTRADICTION:
            # The hub has shown this agent a list that its log does not know: nothing more of it before a person has looked.
            hold_feed(self.state, self.journal, reasons=(Reason.LOG_CONTRADICTED,), now=self.clock())
            return Pulled(reasons=(Reason.LOG_CONTRADICTED,))
        try:
            pulled = self.reader.pull(self.config.hub.collections, from_start=from_start)
        except AgentError as error:
            self.fault("hub", error)
            raise
        self.fault("hub", None)
        self._pull_protected()
        hold_feed(self.state, self.journal, reasons=pulled.reasons, now=self.clock())
        return pulled

    def _pull_protected(self) -> None:
        """Ask for the coalition's protected names now and then.  Without an answer those that are known stay."""
        if self.monotonic() < self.protected_due:
            return
        self.protected_due = self.monotonic() + PROTECTED_EVERY
        try:
            names = add_names(self.state.notes, self.client.protected())
        except HubError as error:
            log.info("the coalition's protected names were not told: %s", error)
            return
        except AgentError as error:
            self.fault("protected", error)
            return
        self.fault("protected", None)
        if names is not None:
            self.planner.protect = protect_list(self.config, names)
            self.journal.write("protected_names", names=len(names))
            log.info("more names are protected on the hub's word: %d now", len(names))

    def watch_log(self) -> Watched | None:
        """Look at the hub's log; None where agent.toml names no key.  Raises LogRefused, which is noted, and HubError."""
        if not self.witness.watches:
            return None
        try:
            watched = self.witness.look(self.config.hub.collections)
        except LogRefused as error:
            self.fault("log", error)
            raise
        except HubError:
            self._log_is_silent()
            raise
        self.state.notes.put(Notes.LOG_SILENT, None)
        self.fault("log", None)
        return watched

    def _log_is_silent(self) -> None:
        """A hub that hides its log is as bad as one that shows two: after an hour that is a fault too."""
        since = self.state.notes.get(Notes.LOG_SILENT)
        if since is None:
            self.state.notes.put(Notes.LOG_SILENT, self.clock().isoformat())
        elif self.clock() - datetime.fromisoformat(since) > LOG_MAY_BE_SILENT:
            self.fault("log", LogRefused("the hub has not shown its log for more than an hour; ask the hub's operator"))

    def rejoin(self, *, by: str) -> tuple[tuple[str, ...], Rejoined | None]:
        """Say that the hub went back for a good reason; the second person's word has it read anew.  Raises AgentError."""
        people = self.decisions.rejoin(by=by)
        if len(people) < APPROVALS_NEEDED:
            return people, None
        done = self.reader.rejoin(self.config.hub.collections, by=", ".join(people))
        self.journal.write("rejoined", by=[*people], reasons=[*done.reasons], lost=done.lost, kept_free=done.kept_free)
        if not done.reasons:
            self.state.notes.put(Notes.REJOIN, None)
        hold_feed(self.state, self.journal, reasons=done.reasons, now=self.clock())
        return people, done

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

    def bring_outputs_up(self, *, look_at_files: bool = False) -> bool:
        """Other outputs than zones get the list in force, and look-ups the feed's hashes.

        After the proof at the resolvers, which a large file must not keep waiting, and which may end in another list.
        Returns whether they have it; a fault is noted and stops nothing.
        """
        parts: dict[str, Callable[[], object]] = {
            "output": lambda: self.outputs.bring_up(look_at_files=look_at_files),
            "hashes": self.hashes.bring_up,
        }
        well = True
        for part, bring_up in parts.items():
            try:
                bring_up()
            except AgentError as error:
                self.fault(part, error)
                well = False
            else:
                self.fault(part, None)
        return well

    def fault(self, part: str, error: AgentError | None) -> None:
        """Note that a part does not work, or works again."""
        self.faults.note(part, error)

    def prove(self, published: Published, *, wait_seconds: float) -> list[ResolverCheck]:
        """Look at the canaries until every resolver answers or the wait is over."""
        return self.looks.prove(published, wait_seconds=wait_seconds)

    def verify(self) -> list[ResolverCheck]:
        """Canaries and lawful names at every resolver, once."""
        return self.looks.verify()

    def look_at(self, names: list[str]) -> list[ResolverCheck]:
        """Canaries alone, at some resolvers."""
        return self.looks.look_at(names)

    def settle(self, step: Step, *, wait_seconds: float) -> Settled:
        """After a publish: prove it, and go back if it stopped a lawful name that was not stopped before."""
        if step.published is None:
            return Settled([], went_back=False)
        self.caches.changed(step.touched)
        checks = self.prove(step.published, wait_seconds=wait_seconds)
        if not step.added:
            return Settled(checks, went_back=False)
        return self.watch(wait_seconds=wait_seconds)

    def watch(self, *, wait_seconds: float) -> Settled:
        """A full look at every resolver, and the way back if the newest list stops a lawful name at one.

        That is asked of each resolver until it has shown the list and no stop: also of one that comes late, and after a crash.
        """
        checks = self.verify()
        if not self.looks.stops_lawful(checks):
            return Settled(checks, went_back=False)
        back = self.guarded_by_primary(
            lambda: self.decisions.roll_back(1, by="skyddsnat agent", cause=Reason.LAWFUL_NAME_STOPPED)
        )
        if back.published is not None:
            self.caches.changed(back.touched)
            checks = self.prove(back.published, wait_seconds=wait_seconds)
        return Settled(checks, went_back=True)

    def look_at_list(self) -> None:
        """The long way beside the short one, each time that base follows: a slip must not last.

        Compiles all that is held, and compares: with the list that has followed the feed, and the zones with the list in force.
        What differs is told as a fault; from here on the list is the one compiled anew, judged as any other.
        """
        followed = self.planner.compile_anew()
        live, entries = self.planner.in_force()
        in_zones = live is None or self.publisher.holds(entries)
        wrong = [] if followed else ["the list that followed the feed is not the one that all of the feed gives"]
        wrong += [] if in_zones else ["the zones do not hold the list in force"]
        self.fault("list", AgentError(f"{' and '.join(wrong)}; report it") if wrong else None)

    def rebuild(self, *, wait_seconds: float) -> Rebuilt:
        """Move hot's names into base at once.  Hot keeps them until every resolver has answered the new base's canary."""
        moved = self.guarded_by_primary(lambda: self.publisher.maintain(at_once=True))
        if moved is None and not self.publisher.overlaps:
            return Rebuilt(moved=False, trimmed=False, checks=[])
        if moved is None:  # an earlier rebuild, whose base some resolver lacked then
            checks = self.looks.wait_for_canaries(wait_seconds=wait_seconds)
        else:
            checks = self.prove(moved, wait_seconds=wait_seconds)
        trimmed = self.guarded_by_primary(self.publisher.maintain)
        if trimmed is not None:
            checks = self.prove(trimmed, wait_seconds=wait_seconds)
        return Rebuilt(moved=True, trimmed=not self.publisher.overlaps, checks=checks)


def _primary(config: Config) -> Primary:
    if config.primary.is_server:
        return UpdatePrimary(config.primary)
    return ZoneFilePrimary(reload_command=config.primary.reload_command)
