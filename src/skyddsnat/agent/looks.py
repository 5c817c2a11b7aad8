"""The agent's looks at its resolvers, and what follows from them: how far the list in force has come, how long it took, what is
counted for the day, and whether the newest list stops a lawful name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from skyddsnat.agent.config import Config
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.faults import Faults
from skyddsnat.agent.primaries.notify import Notifier
from skyddsnat.agent.probes.question import write_question
from skyddsnat.agent.probes.reports import Probes
from skyddsnat.agent.proof import Proof
from skyddsnat.agent.publish import Published, Publisher
from skyddsnat.agent.resolvers.caches import Caches
from skyddsnat.agent.state import State
from skyddsnat.agent.state.days import Look
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.agent.verify import BASE_DECIDES, LAWFUL_STOPPED, ResolverCheck, Verifier
from skyddsnat.policy.course import Event
from skyddsnat.site.journal import Journal

NEWEST = timedelta(hours=24)
"""MET-LST-04: how far behind the publisher's word a list may be and count as the newest version."""

FOUND_BY_A_FULL_LOOK = frozenset({LAWFUL_STOPPED, BASE_DECIDES})

ASK_AGAIN = 0.02
"""Seconds between two looks at the canaries after a publish."""


class Looks:
    """Looks, noted and acted on.  The caller holds the agent's lock."""

    def __init__(
        self,
        config: Config,
        state: State,
        *,
        publisher: Publisher,
        verifier: Verifier,
        proof: Proof,
        notifier: Notifier,
        caches: Caches,
        faults: Faults,
        journal: Journal,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._state = state
        self._publisher = publisher
        self._verifier = verifier
        self._proof = proof
        self._probes = Probes(config.verify.probe_dir, config.verify.probes, state.notes)
        self._notifier = notifier
        self._caches = caches
        self._faults = faults
        self._journal = journal
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic

    def prove(self, published: Published, *, wait_seconds: float) -> list[ResolverCheck]:
        """Look at the canaries until every resolver answers or the wait is over; note the seconds to block and to lift."""
        self._tell_probes()
        until, proving = self._monotonic() + wait_seconds, self._proof.open
        self._caches.changed([canary.owner for canary in published.gone])  # whose lifting is looked at below
        checks = self._await_canaries(until)
        behind = [check.name for check in checks if not check.ok]
        if checks and not behind:
            self._state.notes.put(Notes.MEASURED, round(self._monotonic() - published.started, 3))
        noted = self._note(checks, canaries_only=True)
        while checks and not behind and not self._lifted() and self._monotonic() < until:
            self._sleep(ASK_AGAIN)
        if proving is not None and self._proof.open is None:
            self._state.notes.put(Notes.LIFT_SECONDS, round(self._monotonic() - published.started, 3))
        return noted

    def wait_for_canaries(self, *, wait_seconds: float) -> list[ResolverCheck]:
        """The same where nothing new was published."""
        return self._note(self._await_canaries(self._monotonic() + wait_seconds), canaries_only=True)

    def _await_canaries(self, until: float) -> list[ResolverCheck]:
        """Look at the canaries, again at those that are behind, until all answer or it is that late (monotonic seconds)."""
        checks: dict[str, ResolverCheck] = {}
        behind: list[str] | None = None
        while behind is None or (behind and self._monotonic() < until):
            if behind:
                self._sleep(ASK_AGAIN)
            checks |= {check.name: check for check in self._verifier.canaries(self._state.zones.all(), only=behind)}
            behind = [check.name for check in checks.values() if not check.ok]
        return list(checks.values())

    def _lifted(self) -> bool:
        """Whether what the newest publish took away is free at every resolver; looked at only while that is not proved."""
        proving = self._proof.open
        if proving is None or proving.blocks:
            return proving is None
        if self._verifier.size == 0 or self._verifier.lingering(proving.gone, self._state.zones.all()):
            return False
        self._proof.lifted()
        return True

    def verify(self) -> list[ResolverCheck]:
        """Canaries and lawful names at every resolver, once; counted for the day, since a benchmark round may ask for it."""
        self._tell_probes()
        zones = self._state.zones.all()
        checks = self._verifier.everything(zones)
        if checks:
            self._count(checks, zones=zones)
        noted = self._note(checks)
        self._lifted()
        return noted

    def _tell_probes(self) -> None:
        """Write down for the probes which canaries stand in the zones; a folder that does not take it is a fault, and no more."""
        if (folder := self._probes.folder) is None:
            return
        try:
            write_question(folder, [zone.canary for zone in self._state.zones.all().values()])
        except OSError as error:
            line = f"probe_dir {folder} cannot be written ({type(error).__name__}), expected a folder of the agent's"
            self._faults.note("probes", AgentError(line))
        else:
            self._faults.note("probes", None)

    def _count(self, checks: list[ResolverCheck], *, zones: Mapping[ZoneRole, ZoneRow]) -> None:
        """Add a full look to its day, and what the probes have told.  Where look-ups are only observed no list is in force."""
        now, waiting = self._clock(), self._proof.waiting_since
        asked, answered = self._probes.count(zones.values(), now=now)
        behind = [len(check.behind) for check in checks]
        current = behind.count(0) if zones and self._config.list.policy.stops else 0
        heard = [self._state.feed.seen(str(collection)).heard_at for collection in self._config.hub.collections]
        is_up = all(at is not None and now - at <= self._config.limits.head_age for at in heard)
        fresh = waiting is None or now - waiting <= NEWEST
        self._state.days.add(
            Look(
                resolvers=len(checks),
                current=current,
                canaries=len(checks) * len(zones) + asked,
                answered=len(checks) * len(zones) - sum(behind) + answered,
                timed=len(checks) if is_up else 0,
                timely=current if is_up and fresh else 0,
                observed=0 if self._config.list.policy.stops else 1,
            ),
            day=now.astimezone(UTC).date(),
        )

    def look_at(self, names: list[str]) -> list[ResolverCheck]:
        """Canaries alone, at some resolvers."""
        checks = self._verifier.canaries(self._state.zones.all(), only=names)
        noted = self._note(checks, canaries_only=True)
        self._lifted()
        return noted

    def _note(self, checks: list[ResolverCheck], *, canaries_only: bool = False) -> list[ResolverCheck]:
        """Remember what the resolvers showed.  A look at the canaries does not clear what only a full look finds."""
        before = {check["name"]: check for check in self._state.notes.get(Notes.RESOLVERS) or []}
        noted = [_noted(check, before.get(check.name) if canaries_only else None) for check in checks]
        seen = {check.name for check in checks}
        known = {resolver.name for resolver in self._config.resolvers} - seen
        others = [check for name, check in before.items() if name in known]
        order = [resolver.name for resolver in self._config.resolvers]
        self._state.notes.put(Notes.RESOLVERS, sorted([*noted, *others], key=lambda check: order.index(check["name"])))
        if len(seen) == len(order) and not any(check.behind for check in checks):
            for role, zone in self._state.zones.all().items():
                self._state.zones.mark_seen(role, token=zone.canary.token)
        self._advance(checks, full=not canaries_only)
        for check, note in zip(checks, noted, strict=True):
            if not check.behind:
                self._notifier.proved(check.name)
                self._caches.proved(check.name)
            if note["ok"] != before.get(check.name, {"ok": True})["ok"]:
                self._journal.write("resolver", name=check.name, ok=note["ok"], fault=note["fault"])
        return checks

    def _advance(self, checks: list[ResolverCheck], *, full: bool) -> None:
        """Carry the list in force on its course by what the resolvers showed, and end what was waiting for that."""
        live = self._state.lists.live()
        if live is None or not checks or self._publisher.interrupted:
            return
        if any(check.behind for check in checks):
            self._state.lists.advance(live.version, Event.MISS)
            return
        if not self._everywhere():
            return
        phase = self._state.lists.advance(live.version, Event.PROVE)
        self._proof.blocked()
        if full and all(check.ok for check in checks):
            phase = self._state.lists.advance(live.version, Event.CLEAR)
        if phase is not live.phase:
            self._journal.write(phase, version=live.version)

    def _everywhere(self) -> bool:
        """Whether every resolver has answered the canaries since the newest publish."""
        hot = self._state.zones.all()[ZoneRole.HOT]
        noted = self._state.notes.get(Notes.RESOLVERS) or []
        seen = {
            check["name"]
            for check in noted
            if not check["behind"] and datetime.fromisoformat(check["checked_at"]) >= hot.published_at
        }
        return seen.issuperset(resolver.name for resolver in self._config.resolvers)

    def stops_lawful(self, checks: list[ResolverCheck]) -> bool:
        """Whether the list on trial has made a resolver stop a lawful name; notes those that have shown the contrary."""
        trial, live = self._state.notes.get(Notes.TRIAL), self._state.lists.live()
        if trial is None or live is None or trial["version"] != live.version:
            return False
        if {check.name for check in checks if check.stopped} - {*trial["before"], *trial["clear"]}:
            return True
        clear = {*trial["clear"], *(check.name for check in checks if not check.stopped and not check.behind)}
        everyone = {resolver.name for resolver in self._config.resolvers}
        over = everyone <= {*clear, *trial["before"]}
        self._state.notes.put(Notes.TRIAL, None if over else {**trial, "clear": sorted(clear)})
        return False


def _noted(check: ResolverCheck, before: dict[str, Any] | None) -> dict[str, Any]:
    noted: dict[str, Any] = {**asdict(check), "checked_at": check.checked_at.isoformat(), "behind": [*check.behind]}
    if before is not None and before["fault"] in FOUND_BY_A_FULL_LOOK and check.ok:
        noted |= {"ok": False, "fault": before["fault"], "stopped": before["stopped"]}
    return noted
