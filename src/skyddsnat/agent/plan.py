"""What the agent would do now: compile the feed, compare with the list in force, ask the guards.  Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from skyddsnat.agent.config import Config
from skyddsnat.agent.ends import KNOWN, Ends
from skyddsnat.agent.state import State
from skyddsnat.agent.state.feed import Seen
from skyddsnat.agent.state.lists import KeptList, Status
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.policy.agent_guards import (
    FeedFacts,
    LeftOut,
    ListFacts,
    ProtectedNames,
    Reason,
    Recent,
    SetFacts,
    Verdict,
    difference,
    judge,
    judge_change,
    left_out,
    protections,
)
from skyddsnat.policy.course import Phase
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import Entries, still_covered
from skyddsnat.protocols.rpz import BlockList, Compiler, list_version
from skyddsnat.site.garbage import none_meanwhile

A_DAY = timedelta(hours=24)
CLOCK_SLACK = timedelta(minutes=1)
"""By which a clock is set back without a look at the whole list."""
FEW = 10_000
"""Changed indicators up to which the list follows them; beyond, compiling a list of no great length anew is quicker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The step from the list in force to what the feed says.

    verdict: on the whole step.  lifted: what of the list in force is still wanted, when the whole step is held and blocks can
    end all the same: a bad addition must not keep a withdrawal waiting.  None if nothing can be lifted.
    """

    candidate: BlockList
    facts: ListFacts
    current: KeptList | None
    current_entries: Entries
    verdict: Verdict
    lifted: Entries | None = None
    lifted_version: str | None = None
    rejected_by: str | None = None

    @property
    def is_news(self) -> bool:
        """Whether the feed says something else than the list in force, or has more that cannot be part of a list."""
        return not self.same_names or not self.verdict.ok

    @property
    def same_names(self) -> bool:
        """Whether the list in force has exactly these names already."""
        return self.current is not None and self.candidate.version == self.current.version


class _Compiled(NamedTuple):
    """at, good_until: when it was compiled, and up to when it is what the feed says."""

    generation: int
    at: datetime
    good_until: datetime | None
    candidate: BlockList
    facts: ListFacts


class _Live(NamedTuple):
    version: str
    file: int
    entries: Entries


class Planner:
    """Makes plans.  Remembers the last compiled list and the list in force, since a poll every two seconds rarely brings news."""

    def __init__(self, config: Config, state: State, *, protect: ProtectedNames, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._state = state
        self.protect = protect
        self._clock = clock
        self._collections = tuple(str(collection) for collection in config.hub.collections)
        self._compiled: _Compiled | None = None
        self._compiler: Compiler | None = None
        self._ends = Ends((), whole=True)
        self._live: _Live | None = None

    def plan(self) -> Plan | None:
        """The plan, or None before every collection has been heard: an empty list is not a list."""
        seen = [self._state.feed.seen(collection) for collection in self._collections]
        if any(one.heard_at is None for one in seen):
            return None
        compiled = self.compiled()
        current, entries = self.in_force()
        same = current is not None and compiled.candidate.version == current.version
        if current is not None and same and not _more_left_out(current.facts(entries), compiled.facts):
            return Plan(
                candidate=compiled.candidate,
                facts=compiled.facts,
                current=current,
                current_entries=entries,
                verdict=Verdict(),
            )
        return self._step(compiled, current, entries, seen)

    def compiled(self) -> _Compiled:
        """The feed as a list, compiled again only when the feed, the lifted names or the hour ask for it."""
        now = self._clock()
        generation = int(self._state.notes.get(Notes.GENERATION) or 0)
        known = self._compiled
        if known and now < known.at - CLOCK_SLACK:
            self._compiler = None  # what had ended by a clock that was ahead goes on
        elif known and known.generation == generation and (known.good_until is None or now < known.good_until):
            return known
        candidate = self._candidate(now)
        faults = self._state.feed.faults(self._collections)
        facts = ListFacts(
            entries=candidate.entries,
            unknown_ceilings=faults[LeftOut.UNKNOWN_CEILING],
            unreadable=faults[LeftOut.UNREADABLE],
            mixed_scripts=faults[LeftOut.MIXED_SCRIPTS],
            url_as_domain=faults[LeftOut.URL_AS_DOMAIN],
            allow_conflicts=len(candidate.conflicts),
        )
        self._compiled = _Compiled(generation, now, self._ends.until(), candidate, facts)
        return self._compiled

    def compile_anew(self) -> bool:
        """Compile from all that is held; returns whether the list that has followed the feed until now was the same."""
        followed = self.compiled()
        self._compiled = self._compiler = None
        anew = self.compiled()
        ended = followed.good_until is not None and self._clock() >= followed.good_until
        same = followed.candidate.version == anew.candidate.version and followed.facts == anew.facts
        return same or ended or followed.generation != anew.generation

    def _candidate(self, now: datetime) -> BlockList:
        """The list.  Only what was written since or has ended is looked at, where that is known and little."""
        compiler, self._compiler = self._compiler, None  # a fault on the way leaves none that lacks something
        allow = self._config.list.allow | {lifted.name for lifted in self._state.notes.lifted()}
        changed = self._changed(compiler.allow ^ allow, now) if compiler else None
        if compiler is not None and changed is not None:
            some = self._state.feed.some_rows(changed, origins=self._config.list.origins, urls=self._urls)
            compiler.change(some, now=now, allow=allow)
            self._ends.note(some, now)
            if (base := self._base()) is not None:
                compiler.stand_beside(base)
        else:
            with none_meanwhile():
                compiler = self._whole(now, allow=allow)
        self._compiler = compiler
        return compiler.list

    def _changed(self, names: frozenset[str], now: datetime) -> set[str] | None:
        """Keys of the indicators that may have changed since the last list; None when that is not known, or too many.

        names: those that came to or went from the names that are never blocked.
        """
        written, passed = self._state.feed.written(), self._ends.passed(now)
        if written is None or passed is None or len(written) + len(passed) > FEW:
            return None
        return written | passed | self._state.feed.named(self._collections, names)

    def _whole(self, now: datetime, *, allow: frozenset[str]) -> Compiler:
        """The list from all that is held, and what of it ends next."""
        feed, policy, zones = self._state.feed, self._config.list.policy, self._config.zones
        feed.written()  # whatever it was, it is among the rows
        self._ends = Ends(soonest := feed.ends_after(self._collections, now, most=KNOWN), whole=len(soonest) < KNOWN)
        rows = feed.rows(self._collections, origins=self._config.list.origins, urls=self._urls)
        return Compiler(rows, now=now, policy=policy, zones=zones, allow=allow, beside=self._base())

    @property
    def _urls(self) -> bool:
        """Whether something here can act on URLs."""
        return any(output.kind.takes_urls for output in self._config.outputs)

    def _base(self) -> Entries | None:
        """The large zone, on whose core all lists stand: so that comparing them with it and with each other costs little."""
        zone = self._state.zones.all().get(ZoneRole.BASE)
        return None if zone is None else Entries.of(zone.entries)

    def in_force(self) -> tuple[KeptList | None, Entries]:
        """The list in force with its entries, read again only when another list, or another process, may have changed them.

        A list that was only observed is none where look-ups are stopped: the first that stops any is guarded from nothing.
        """
        current = self._state.lists.live()
        if current is None or (current.observed and self._config.list.policy.stops):
            return None, Entries()
        base, place = self._base(), (current.version, self._state.feed.changes_of_others())
        known = self._live if self._live and self._live[:2] == place else None
        entries = known.entries if known else self._state.lists.entries(current.version)
        entries = entries if base is None else entries.near(base)
        self._live = _Live(*place, entries)
        return current, entries

    def touched(self, plan: Plan) -> Counter[tuple[str, str]]:
        """(protected name, why) that the plan's new entries touch, with how many do.  Protected names are no secret."""
        if not plan.verdict.protected:
            return Counter()
        new, _ = difference(plan.current_entries, plan.facts.entries)
        return Counter((hit.name, str(hit.reason)) for hit in protections(new, self.protect))

    def way_back(self) -> tuple[KeptList, ...]:
        """The list in force and those before it that may be put back, newest first; empty where none is in force.

        A list that was only observed never begins to stop look-ups by going back to it, and one that was left by going back is
        not to be met again: whoever goes back twice wants to be further back.
        """
        current, _ = self.in_force()
        if current is None:
            return ()
        return tuple(
            kept
            for kept in self._state.lists.published()
            if not (kept.observed and self.stops)
            and (kept.phase is not Phase.ROLLED_BACK or kept.version == current.version)
        )

    @property
    def stops(self) -> bool:
        """Whether look-ups are stopped here at all."""
        return self._config.list.policy.stops

    def stops_too_much(self) -> tuple[KeptList, Entries] | None:
        """The list that stops look-ups though agent.toml says to observe: it ends now, whatever is held and whoever is away."""
        if self.stops:
            return None
        current, entries = self.in_force()
        return None if current is None or current.observed else (current, entries)

    def remember(self, version: str, entries: Set[Listed]) -> None:
        """Spare a reading: these are the entries of that version."""
        self._live = _Live(version, self._state.feed.changes_of_others(), Entries.of(entries))

    def version_of(self, entries: Set[Listed]) -> str:
        """The version that these entries would have under the present policy."""
        return list_version(entries, policy=self._config.list.policy)

    def _step(self, compiled: _Compiled, current: KeptList | None, entries: Entries, seen: list[Seen]) -> Plan:
        before = current.facts(entries) if current is not None else ListFacts()
        recent = self._recent(seen)
        verdict = judge(
            before,
            compiled.facts,
            heads=[_heard(one) for one in seen],
            now=self._clock(),
            limits=self._config.limits,
            protect=self.protect,
            recent=recent,
        )
        lifted = None if verdict.ok else self._liftable(before, compiled.facts, recent)
        known = self._state.lists.get(compiled.candidate.version)
        return Plan(
            candidate=compiled.candidate,
            facts=compiled.facts,
            current=current,
            current_entries=entries,
            verdict=verdict,
            lifted=lifted,
            lifted_version=None if lifted is None else self.version_of(lifted),
            rejected_by=known.decided_by if known is not None and known.status is Status.REJECTED else None,
        )

    def _liftable(self, before: ListFacts, wanted: ListFacts, recent: Recent) -> Entries | None:
        """What stays of the list in force when only the endings are carried out; None if nothing ends or too much would."""
        stays = still_covered(before.entries, wanted.entries)
        if stays == before.entries:
            return None
        step = replace(before, entries=stays)
        verdict = judge_change(before, step, limits=self._config.limits, protect=self.protect, recent=recent)
        return stays if verdict.ok else None

    def _recent(self, seen: list[Seen]) -> Recent:
        now = self._clock()
        heard = min(one.heard_at for one in seen if one.heard_at is not None)
        pin = self._state.notes.get(Notes.PIN)
        silent = now - heard > self._config.limits.head_age
        return Recent(
            additions=self._state.lists.added_since(now - A_DAY),
            removals=self._state.lists.removed_since(heard) if silent else 0,
            pin=Reason(pin["cause"]) if pin is not None else None,
        )


def _heard(seen: Seen) -> FeedFacts:
    """The last accepted head of a collection; it was proved when it was accepted, only its age can count against it now."""
    nothing = SetFacts(0, "", "")
    if seen.head_time is None:
        raise ValueError("a collection that was never heard has no head to judge")
    return FeedFacts(signed=True, time=seen.head_time, position=seen.head_position, said=nothing)


def _more_left_out(current: ListFacts, candidate: ListFacts) -> bool:
    return any(check.tripped for check in left_out(current, candidate))
