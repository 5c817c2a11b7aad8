"""Carry out a plan: put the list in force, lift what has ended, or hold and say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from skyddsnat.agent.plan import Plan, Planner
from skyddsnat.agent.proof import Proof
from skyddsnat.agent.publish import Published, Publisher
from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList, Status
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.updates import Update
from skyddsnat.policy.agent_guards import ListFacts, Reason, Verdict, difference
from skyddsnat.policy.course import Course, Event
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import Entries
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.site.database import transaction
from skyddsnat.site.journal import Journal

NO_LOAD = frozenset({Reason.NO_HEAD, Reason.STALE_HEAD, Reason.HEAD_FROM_FUTURE})
"""Why a feed is refused without a list having come: a silent publisher or a wrong clock is no halted load."""


class Outcome(StrEnum):
    """What a step came to."""

    NOTHING = "nothing"
    PUBLISHED = "published"
    HELD = "held"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step's outcome.  published: what went into the zones, also when the rest of the list is held.  added, removed: by it.

    touched: names whose blocking has changed, for caches.
    """

    outcome: Outcome
    published: Published | None = None
    version: str | None = None
    added: int = 0
    removed: int = 0
    touched: frozenset[str] = frozenset()


class Enforcer:
    """Acts on plans.  The caller holds the agent's lock."""

    def __init__(
        self,
        state: State,
        *,
        planner: Planner,
        publisher: Publisher,
        proof: Proof,
        journal: Journal,
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._planner = planner
        self._publisher = publisher
        self._proof = proof
        self._journal = journal
        self._clock = clock

    def step(self) -> Step:
        """From plan to zones.  Raises PrimaryError."""
        if (blocking := self._planner.stops_too_much()) is not None:
            current, entries = blocking
            return self.put(current.facts(entries), course=chosen(self._planner.version_of(entries)))
        plan = self._planner.plan()
        if plan is None:
            return Step(outcome=Outcome.UNHEARD)
        if not plan.is_news:
            self._release()
            self._proof.nothing_waits()
            if self._publisher.interrupted:
                self._publisher.repair()
            return Step(outcome=Outcome.NOTHING, version=plan.candidate.version)
        if plan.verdict.ok:
            step = self.put(plan.facts, course=_guarded(plan.candidate.version).after(Event.PASS))
            self._release()
            self._proof.nothing_waits()
            return step
        return self._held(plan)

    def put(self, facts: ListFacts, *, course: Course, approved: bool = False, decided_by: str | None = None) -> Step:
        """Put a list in force.  course: of that list, which guards or people have let through.  Raises PolicyRefusal if not."""
        _, before = self._planner.in_force()
        new, gone = difference(before, facts.entries)
        served = course.after(Event.SERVE)
        kept = replace(
            _kept(facts, course=served, now=self._clock(), status=Status.LIVE),
            observed=not self._planner.stops,
            approved=approved,
            added=len(new),
            removed=len(gone),
            decided_by=decided_by,
        )
        if new and not kept.observed:
            self._begin_trial(kept.version)
        published = self._publisher.put(kept, facts.entries, was=before)
        self._proof.published(kept, published.gone)
        self._planner.remember(kept.version, facts.entries)
        self._journal.write(
            "published",
            version=kept.version,
            entries=kept.size,
            added=kept.added,
            removed=kept.removed,
            approved=approved,
            observed=kept.observed,
        )
        return Step(
            outcome=Outcome.PUBLISHED,
            published=published,
            version=kept.version,
            added=kept.added,
            removed=kept.removed,
            touched=frozenset(entry.name for entry in (*new, *gone)),
        )

    def _begin_trial(self, version: str) -> None:
        """Remember who stopped a lawful name before this list; noted first, so that a crash does not lose the question."""
        open_ = self._state.notes.get(Notes.TRIAL)
        noted = self._state.notes.get(Notes.RESOLVERS) or []
        before = open_["before"] if open_ else [check["name"] for check in noted if check["stopped"]]
        self._state.notes.put(Notes.TRIAL, {"version": version, "before": before, "clear": []})

    def end_hold(self) -> None:
        """After people have decided: what was held is in force, and nothing waits any more unless the feed says still more."""
        plan = self._planner.plan()
        if plan is not None and not plan.is_news:
            self._release()
            self._proof.nothing_waits()

    def _held(self, plan: Plan) -> Step:
        """Lift what has ended, and hold the rest if there is a rest."""
        lifted = None
        if plan.lifted is not None and plan.lifted_version is not None and plan.current is not None:
            course = _guarded(plan.lifted_version).after(Event.PASS)
            lifted = self.put(plan.current.facts(plan.lifted), course=course)
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
            "checks": _tripped(verdict),
            "rejected_by": plan.rejected_by,
        }
        before = self._state.notes.get(Notes.LIST_HOLD) or {}
        if all(before.get(key) == value for key, value in facts.items() if key != "checks"):
            return
        since = before["since"] if before.get("version") == version else self._clock().isoformat()
        with transaction(self._state.connection):
            if not before:
                self._state.updates.add(Update.HALT, at=self._clock())
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
            state.notes.put(Notes.REJOIN, None)  # the hub came back by itself: what people said of it is spent
            journal.write("feed_accepted")
        return
    if before is None or before["reasons"] != [*reasons]:
        came = NO_LOAD.issuperset(before["reasons"]) if before is not None else True
        with transaction(state.connection):
            if came and not NO_LOAD.issuperset(reasons):
                state.updates.add(Update.HALT, at=now)
            state.notes.put(Notes.FEED_HOLD, {"reasons": [*reasons], "since": now.isoformat()})
        journal.write("feed_held", reasons=[*reasons])


def _guarded(version: str) -> Course:
    """The course of what a plan was made of: the guards have spoken."""
    return Course(version).after(Event.COMPILE, Event.JUDGE)


def chosen(version: str) -> Course:
    """The course of what one person may bring about alone: a list that was in force before, or less of the one that is."""
    return Course(version).after(Event.COMPILE, Event.CHOOSE)


def _tripped(verdict: Verdict) -> list[dict[str, Any]]:
    """The guards that hold a list, each with what it found and what it allows."""
    return [asdict(check) for check in verdict.checks if check.reason in verdict.reasons and check.tripped]


def _held_list(plan: Plan, now: datetime) -> KeptList:
    course = _guarded(plan.candidate.version).after(Event.HOLD)
    return replace(
        _kept(plan.facts, course=course, now=now, status=Status.HELD),
        added=plan.verdict.added,
        removed=plan.verdict.removed,
        reasons=plan.verdict.reasons,
    )


def _kept(facts: ListFacts, *, course: Course, now: datetime, status: Status) -> KeptList:
    return KeptList(
        version=course.version,
        status=status,
        phase=course.phase,
        observed=False,
        compiled_at=now,
        published_at=now if status is Status.LIVE else None,
        approved=False,
        size=len(facts.entries),
        added=0,
        removed=0,
        reasons=(),
        unknown_ceilings=facts.unknown_ceilings,
        unreadable=facts.unreadable,
        mixed_scripts=facts.mixed_scripts,
        url_as_domain=facts.url_as_domain,
        allow_conflicts=facts.allow_conflicts,
        decided_by=None,
    )


def without(entries: Entries, name: str) -> Entries:
    """The entries but those for exactly this name."""
    return entries.changed(drop=[Listed(name, scope) for scope in Scope])
