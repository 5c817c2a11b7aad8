"""Carry out a plan: put the list in force, lift what has ended, or hold and say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from skyddsnat.agent.journal import Journal
from skyddsnat.agent.plan import Plan, Planner
from skyddsnat.agent.publish import Published, Publisher
from skyddsnat.agent.state import State
from skyddsnat.agent.state.database import transaction
from skyddsnat.agent.state.lists import KeptList, Status
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy.agent_guards import ListFacts, Reason, difference
from skyddsnat.policy.coverage import Listed


class Outcome(StrEnum):
    """What a step came to."""

    NOTHING = "nothing"
    PUBLISHED = "published"
    HELD = "held"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step's outcome.  published: what went into the zones, also when the rest of the list is held.  added, removed: by it."""

    outcome: Outcome
    published: Published | None = None
    version: str | None = None
    added: int = 0
    removed: int = 0


class Enforcer:
    """Acts on plans.  The caller holds the agent's lock."""

    def __init__(
        self,
        state: State,
        *,
        planner: Planner,
        publisher: Publisher,
        journal: Journal,
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._planner = planner
        self._publisher = publisher
        self._journal = journal
        self._clock = clock

    def step(self) -> Step:
        """From plan to zones.  Raises PrimaryError."""
        plan = self._planner.plan()
        if plan is None:
            return Step(outcome=Outcome.UNHEARD)
        if not plan.is_news:
            self._release()
            if self._publisher.interrupted:
                self._publisher.repair()
            return Step(outcome=Outcome.NOTHING, version=plan.candidate.version)
        if plan.verdict.ok:
            step = self.put(plan.facts, version=plan.candidate.version)
            self._release()
            return step
        return self._held(plan)

    def put(self, facts: ListFacts, *, version: str, approved: bool = False, decided_by: str | None = None) -> Step:
        """Put a list in force, whatever the guards say: the caller has their word or two people's."""
        _, before = self._planner.in_force()
        new, gone = difference(before, facts.entries)
        now = self._clock()
        kept = KeptList(
            version=version,
            status=Status.LIVE,
            compiled_at=now,
            published_at=now,
            approved=approved,
            size=len(facts.entries),
            added=len(new),
            removed=len(gone),
            reasons=(),
            unknown_ceilings=facts.unknown_ceilings,
            unreadable=facts.unreadable,
            allow_conflicts=facts.allow_conflicts,
            decided_by=decided_by,
        )
        published = self._publisher.put(kept, facts.entries)
        self._planner.remember(version, facts.entries)
        self._journal.write(
            "published", version=version, entries=kept.size, added=kept.added, removed=kept.removed, approved=approved
        )
        return Step(
            outcome=Outcome.PUBLISHED, published=published, version=version, added=kept.added, removed=kept.removed
        )

    def _held(self, plan: Plan) -> Step:
        """Lift what has ended, and hold the rest if there is a rest."""
        lifted = None
        if plan.lifted is not None and plan.lifted_version is not None and plan.current is not None:
            facts = plan.current.facts(plan.lifted)
            lifted = self.put(facts, version=plan.lifted_version)
            again = self._planner.plan()
            if again is None or not again.is_news:
                self._release()
                return lifted
            plan = again
        self._hold(plan)
        if lifted is None and self._publisher.interrupted:
            self._publisher.repair()
        return replace(lifted or Step(outcome=Outcome.HELD), outcome=Outcome.HELD)

    def _hold(self, plan: Plan) -> None:
        """Keep the list for people to judge.  Says so in the journal once, not at every poll."""
        version, verdict = plan.candidate.version, plan.verdict
        facts = {
            "reasons": [*verdict.reasons],
            "version": version,
            "added": verdict.added,
            "removed": verdict.removed,
            "protected": dict(verdict.protected),
            "rejected_by": plan.rejected_by,
        }
        before = self._state.notes.get(Notes.LIST_HOLD) or {}
        if {key: before.get(key) for key in facts} == facts:
            return
        since = before["since"] if before.get("version") == version else self._clock().isoformat()
        with transaction(self._state.connection):
            self._state.lists.lapse_held(keep=version)
            if plan.rejected_by is None and not plan.same_names:
                self._state.lists.put(_held_list(plan, self._clock()), plan.facts.entries)
                self._state.lists.forget_old()
            self._state.notes.put(Notes.LIST_HOLD, {**facts, "since": since})
        self._journal.write("held", **facts)

    def _release(self) -> None:
        """Nothing waits any more: the feed and the list in force agree."""
        if self._state.notes.get(Notes.LIST_HOLD) is None:
            return
        with transaction(self._state.connection):
            self._state.notes.put(Notes.LIST_HOLD, None)
            self._state.lists.lapse_held()
        self._journal.write("released")


def hold_feed(state: State, journal: Journal, *, reasons: tuple[Reason, ...], now: datetime) -> None:
    """Note that the hub's word is not taken; empty reasons end it.  Journalled on change only."""
    before = state.notes.get(Notes.FEED_HOLD)
    if not reasons:
        if before is not None:
            state.notes.put(Notes.FEED_HOLD, None)
            journal.write("feed_accepted")
        return
    if before is None or before["reasons"] != [*reasons]:
        state.notes.put(Notes.FEED_HOLD, {"reasons": [*reasons], "since": now.isoformat()})
        journal.write("feed_held", reasons=[*reasons])


def _held_list(plan: Plan, now: datetime) -> KeptList:
    return KeptList(
        version=plan.candidate.version,
        status=Status.HELD,
        compiled_at=now,
        published_at=None,
        approved=False,
        size=len(plan.facts.entries),
        added=plan.verdict.added,
        removed=plan.verdict.removed,
        reasons=plan.verdict.reasons,
        unknown_ceilings=plan.facts.unknown_ceilings,
        unreadable=plan.facts.unreadable,
        allow_conflicts=plan.facts.allow_conflicts,
        decided_by=None,
    )


def without(entries: frozenset[Listed], name: str) -> frozenset[Listed]:
    """The entries but those for exactly this name."""
    return frozenset(entry for entry in entries if entry.name != name)
