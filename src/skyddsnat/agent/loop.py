"""`skyddsnat agent run`: pull, decide, publish, prove and report, for ever.

A fault never stops the loop and never empties the list: whatever fails is noted, told to the hub, and tried again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass

from skyddsnat.agent.assembly import Agent, Settled
from skyddsnat.agent.enforce import Outcome, Step
from skyddsnat.agent.errors import AgentError, Busy, PrimaryError, unforeseen
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.report import Reporter, report_payload
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.agent.status import AgentState, Status
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.agent.witness import LogRefused

log = logging.getLogger("skyddsnat.agent")

PROVE_SECONDS = 2.0
"""How long the loop waits for canaries before it polls again; the rest is looked at in later rounds."""

LOOK_AGAIN = 5.0
WITNESS_AGAIN = 60.0
REPORT_EVERY = 60.0
REPAIR_EVERY = 30.0
LONGEST_PAUSE = 30.0
LOCK_SECONDS = 30.0
SELF = "agent"
"""The part that has a fault where the program itself has one."""


@dataclass(slots=True)
class _Due:
    """Monotonic seconds at which things are to be done."""

    verify: float = 0.0
    look: float = 0.0
    report: float = 0.0
    repair: float = 0.0
    outputs: float = 0.0
    publish: float = 0.0
    witness: float = 0.0


class Loop:
    """The running agent."""

    def __init__(self, agent: Agent, *, stop: threading.Event) -> None:
        self._agent = agent
        self._stop = stop
        self._reporter = Reporter(agent.client.report)
        self._due = _Due()
        self._failures = 0
        self._behind: list[str] = []
        self._told: tuple[object, ...] | None = None
        self._stumbled = False

    def run(self) -> None:
        """Until the stop event is set."""
        live = (
            self._agent.state.lists.live()
        )  # the line of a publish can be lost with the process: the next start tells of it
        self._agent.journal.write("started", agent=self._agent.config.name, version=live.version if live else None)
        log.info("started, polling every %g s", self._agent.config.hub.poll_seconds)
        if not self._agent.planner.stops:
            log.warning('action is "observe": nothing is blocked')
        while not self._stop.is_set():
            self.round()
            self._stop.wait(self._pause())
        self._reporter.close()
        self._agent.journal.write("stopped", agent=self._agent.config.name)
        log.info("stopped; the list in force stays in the resolvers")

    def round(self) -> None:
        """One turn.  Never raises: an error that nobody foresaw is told, and the next round tries again."""
        try:
            self._turn()
        except Exception as error:  # noqa: BLE001 - the rim
            self._stumble(error)
            return
        if self._stumbled:
            self._agent.fault(SELF, None)
            self._stumbled = False

    def _stumble(self, error: Exception) -> None:
        line = unforeseen(error)
        log.error("%s", line)
        self._failures += 1
        self._stumbled = True
        with suppress(sqlite3.Error, OSError):
            self._agent.fault(SELF, AgentError(line))
            self._report()

    def _turn(self) -> None:
        well = self._pull()  # without the lock: a hub that hangs must not keep a person's command waiting
        try:
            with agent_lock(self._agent.config.data_dir, wait_seconds=LOCK_SECONDS):
                well = all([self._decide(), self._outputs(), self._keep_up(), self._look()]) and well
        except Busy as busy:
            log.info("%s", busy)
        except (sqlite3.Error, OSError) as error:  # a full disk, say: the list in force stays, and space may come back
            log.error("data_dir does not take what the agent writes (%s); look at its disk", type(error).__name__)
            well = False
        self._watch_log()
        self._failures = 0 if well else self._failures + 1
        self._report()

    def _pause(self) -> float:
        """The poll interval, doubled with each failed round."""
        poll = self._agent.config.hub.poll_seconds
        return min(poll * float(2 ** min(self._failures, 10)), max(LONGEST_PAUSE, poll))

    def _pull(self) -> bool:
        try:
            pulled = self._agent.pull()
        except AgentError as error:
            if self._failures == 0:
                log.warning("%s", error)
            return False
        except (sqlite3.Error, OSError) as error:
            log.error("data_dir does not take the feed (%s); look at its disk", type(error).__name__)
            return False
        if pulled.news:
            log.info("%d versions taken from the feed, %d indicators live", pulled.news, pulled.count)
        return True

    def _decide(self) -> bool:
        """Publish what may be published.  The interval between publishes is the operator's, for resolvers that need one."""
        now = self._agent.monotonic()
        if now < self._due.publish:
            return True
        try:
            step = self._agent.step()
        except PrimaryError as error:
            if self._failures == 0:
                log.error("%s", error)
            return False
        if step.published is not None:
            log.info("published %s: %d added, %d removed", (step.version or "")[:12], step.added, step.removed)
            self._prove(step)
            # From the proof on, since that is when PowerDNS has looked at the latest: it takes no NOTIFY for 5 s then.
            self._due.publish = self._agent.monotonic() + self._agent.config.primary.publish_interval_seconds
        return True

    def _prove(self, step: Step) -> None:
        try:
            checks = self._settled(self._agent.settle(step, wait_seconds=PROVE_SECONDS))
        except PrimaryError as error:
            log.error("%s", error)
            return
        self._behind = [check.name for check in checks if check.behind]
        self._due.look = self._agent.monotonic() + LOOK_AGAIN
        for name in self._behind:
            log.warning("resolver %s does not answer the new canary yet", name)

    def _settled(self, settled: Settled) -> list[ResolverCheck]:
        if settled.went_back:
            log.error("a lawful name was stopped by the newest list; went back to the list before")
        return settled.checks

    def _look(self) -> bool:
        """Look at the resolvers when it is time: all of it now and then, those that were behind more often."""
        now = self._agent.monotonic()
        if now >= self._due.verify:
            self._due.verify = now + self._agent.config.verify.every_seconds
            try:
                checks = self._settled(self._agent.watch(wait_seconds=PROVE_SECONDS))
            except PrimaryError as error:
                log.error("%s", error)
                return False
        elif self._behind and now >= self._due.look:
            checks = self._agent.look_at(self._behind)
        else:
            return True
        self._due.look = now + LOOK_AGAIN
        self._behind = [check.name for check in checks if check.behind]
        return True

    def _outputs(self) -> bool:
        """Write other outputs and hash lists that are behind; now and then look whether the files are still what was written."""
        now = self._agent.monotonic()
        look = now >= self._due.outputs
        if look:
            self._due.outputs = now + REPAIR_EVERY
        return self._agent.bring_outputs_up(look_at_files=look)

    def _keep_up(self) -> bool:
        """Mend what was changed behind the agent's back, and move hot's entries to base when it is time."""
        now = self._agent.monotonic()
        if now < self._due.repair:
            return True
        self._due.repair = now + REPAIR_EVERY
        try:
            for role in self._agent.guarded_by_primary(self._agent.publisher.repair):
                log.warning("zone %s was not as the agent left it; put right", role)
            moved = self._agent.guarded_by_primary(self._agent.publisher.maintain)
        except PrimaryError as error:
            if self._failures == 0:
                log.error("%s", error)
            return False
        if moved is not None:
            log.info("moved names between the zones: %s", ", ".join(moved.roles))
            self._prove(Step(outcome=Outcome.PUBLISHED, published=moved))
            if ZoneRole.BASE in moved.roles:
                self._agent.look_at_list()
            self._due.repair = self._agent.monotonic() + LOOK_AGAIN
        return True

    def _watch_log(self) -> None:
        """Witness the hub's log on its own rhythm.  Whatever comes of it, the list in force stays."""
        now = self._agent.monotonic()
        if now < self._due.witness:
            return
        every = self._agent.config.hub.witness_seconds
        # What is amiss is a fault after an hour: with looks an hour apart, two unlucky ones would tell of one.
        self._due.witness = now + min(every, WITNESS_AGAIN)
        try:
            watched = self._agent.watch_log()
        except LogRefused as refused:
            log.error("%s", refused)
        except AgentError as error:
            log.info("the hub's log was not seen: %s", error)
        except (sqlite3.Error, OSError) as error:
            log.error("data_dir does not take the log's checkpoint (%s); look at its disk", type(error).__name__)
        else:
            if watched is not None and watched.news:
                log.info("the hub's log goes on: %d entries", watched.size)
            if watched is None or not watched.waits:
                self._due.witness = now + every

    def _report(self) -> None:
        """Tell the hub at once when something changes, else once a minute.  A hub that does not listen stops nothing."""
        status = self._agent.status()
        now = self._agent.monotonic()
        told = _gist(status)
        if told == self._told and now < self._due.report:
            return
        if self._told is None or self._told[0] != told[0]:
            level = logging.ERROR if status.state in {AgentState.HELD, AgentState.ERROR} else logging.INFO
            log.log(level, "state is %s%s", status.state, _why(status))
        self._due.report = now + REPORT_EVERY
        self._told = told
        self._reporter.hand_in(report_payload(status, name=self._agent.config.name, now=self._agent.clock()))


def _gist(status: Status) -> tuple[object, ...]:
    """What makes a report worth sending at once."""
    return (
        status.state,
        status.live.version if status.live else None,
        status.list_hold["version"] if status.list_hold else None,
        tuple(status.feed_hold["reasons"]) if status.feed_hold else (),
        tuple((resolver["name"], resolver["ok"]) for resolver in status.resolvers),
    )


def _why(status: Status) -> str:
    reasons = [
        *(status.feed_hold["reasons"] if status.feed_hold else ()),
        *(status.list_hold["reasons"] if status.list_hold else ()),
        *(fault["line"] for fault in status.faults.values()),
        *(f"resolver {resolver['name']}: {resolver['fault']}" for resolver in status.resolvers if not resolver["ok"]),
    ]
    return f": {'; '.join(reasons)}" if reasons else ""
