"""What people decide: approve or reject a held list, go back to an older one, lift a name at once.

Each is journalled with who did it.  Approval takes two different people and binds to the list's content: a list that has
changed since is another list.  Nothing that a person does here can put back what the feed has withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from skyddsnat.agent.config import PERSON
from skyddsnat.agent.enforce import Enforcer, Step, chosen, without
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.plan import Planner
from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList, Status
from skyddsnat.agent.state.notes import Lifted, Notes
from skyddsnat.policy.agent_guards import ListFacts, Reason, Verdict
from skyddsnat.policy.course import Course, Event, Phase
from skyddsnat.policy.coverage import Coverage, ancestors
from skyddsnat.policy.entries import Entries, still_covered
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import SignalType
from skyddsnat.site.journal import Journal

APPROVALS_NEEDED = 2
GONE_BACK = frozenset({Reason.OLDER_HEAD, Reason.HISTORY_LOST})
"""Why a feed is held when the hub knows less than it did: played back, or restored from a backup."""
SHORTEST_VERSION = 6


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has approved so far, and what was published if that is enough."""

    version: str
    people: tuple[str, ...]
    step: Step | None = None


class Decisions:
    """People's decisions.  The caller holds the agent's lock."""

    def __init__(
        self,
        state: State,
        *,
        planner: Planner,
        enforcer: Enforcer,
        journal: Journal,
        clock: Callable[[], datetime],
        approvers: Iterable[str] = (),
    ) -> None:
        self._approvers = frozenset(_person(name)[0] for name in approvers)
        self._state = state
        self._planner = planner
        self._enforcer = enforcer
        self._journal = journal
        self._clock = clock

    def approve(self, version: str, *, by: str) -> Approval:
        """One person's yes.  The second, from another person, puts the list in force."""
        key, shown = self._approver(by)
        held = self._held(version)
        people = self._state.lists.approve(held.version, person=key, shown=shown, at=self._clock())
        self._journal.write("approved", version=held.version, by=shown, approvals=len(people))
        if len(people) < APPROVALS_NEEDED:
            return Approval(held.version, people)
        facts = self._facts(held, self._still_wanted(self._state.lists.entries(held.version)))
        self._state.notes.put(Notes.PIN, None)
        step = self._enforcer.put(
            facts,
            course=Course(self._planner.version_of(facts.entries), Phase.HELD).after(Event.APPROVE),
            approved=True,
            decided_by=", ".join(people),
        )
        self._enforcer.end_hold()
        return Approval(held.version, people, step)

    def reject(self, version: str, *, by: str) -> KeptList:
        """One person's no.  The list stays out for good; another list from the feed is judged anew."""
        _, shown = _person(by)
        held = self._held(version)
        if held.status is Status.LIVE:
            raise WrongUse(
                "that list is in force, and what is held of it is left out already; there is nothing to reject"
            )
        self._state.lists.decide(held.version, Status.REJECTED, by=shown)
        hold = self._state.notes.get(Notes.LIST_HOLD)
        if hold is not None and hold["version"] == held.version:
            self._state.notes.put(Notes.LIST_HOLD, {**hold, "rejected_by": shown})
        self._journal.write("rejected", version=held.version, by=shown)
        return replace(held, status=Status.REJECTED, decided_by=shown)

    def roll_back(self, steps: int, *, by: str, cause: Reason = Reason.ROLLED_BACK) -> Step:
        """Put an older list in force, less what the feed has withdrawn since, and let nothing new in until two people say so.

        One step further back than the oldest list is the empty one: nothing is blocked.
        """
        _, shown = _person(by)
        past = self._planner.way_back()
        if not past:
            raise WrongUse("no list is in force here, expected one to go back from; see status")
        if not 1 <= steps <= len(past):
            raise WrongUse(
                f"{steps} lists back, expected 1 to {len(past)}; the last of these is the empty list; versions lists them"
            )
        facts, version = ListFacts(), self._planner.version_of(Entries())
        if steps < len(past):
            version = past[steps].version
            facts = past[steps].facts(self._still_wanted(self._state.lists.entries(version)))
        pin = {"by": shown, "at": self._clock().isoformat(), "version": version, "cause": cause}
        self._state.notes.put(Notes.PIN, pin)
        left = past[0].version
        step = self._enforcer.put(facts, course=chosen(self._planner.version_of(facts.entries)), decided_by=shown)
        self._state.notes.put(
            Notes.TRIAL, None
        )  # it was in force before; going back again and again would free everything
        if left != step.version:
            self._state.lists.advance(left, Event.GO_BACK)
        self._journal.write("rolled_back", version=version, now=step.version, by=shown, cause=cause)
        return step

    def rejoin(self, *, by: str) -> tuple[str, ...]:
        """One person's word that the hub was restored from a backup; returns who has said so.  Two are needed.

        Raises WrongUse where the feed is not held for going back: there would be nothing to accept.
        """
        key, shown = self._approver(by)
        hold = self._state.notes.get(Notes.FEED_HOLD) or {}
        if not GONE_BACK.intersection(hold.get("reasons", ())):
            raise WrongUse("the hub has not gone back in its history, expected a feed held for that; see status")
        people = {**(self._state.notes.get(Notes.REJOIN) or {}), key: shown}
        self._state.notes.put(Notes.REJOIN, people)
        self._journal.write("rejoin_approved", by=shown, approvals=len(people))
        return tuple(people.values())

    def lift(self, name: str, *, by: str, reason: str) -> Step:
        """Stop blocking a name here and now, without the hub; it stays lifted whatever the feed says."""
        _, shown = _person(by)
        if not reason.strip():
            raise WrongUse("no reason, expected a few words for the journal; give --reason")
        value = _named(name)
        live, entries = self._planner.in_force()
        coverage = Coverage(entries)
        if (tree := coverage.tree_above(value)) is not None:
            levels = list(ancestors(value)).index(tree) + 1
            raise WrongUse(
                f"the name is blocked by the whole domain {levels} label(s) above it, and a hole in a whole domain is not "
                "possible; lift that domain instead"
            )
        if live is None or not coverage.blocks(value):
            raise AgentError("the list in force does not block that name; look for another cause at the resolver")
        self._state.notes.lift(Lifted(value, reason.strip()[:200], shown, self._clock()))
        left = without(entries, value)
        step = self._enforcer.put(live.facts(left), course=chosen(self._planner.version_of(left)), decided_by=shown)
        self._journal.write("lifted_here", by=shown, reason=reason.strip()[:200], version=step.version)
        return step

    def unlift(self, name: str, *, by: str) -> None:
        """Let the feed decide over a lifted name again, from the next step on."""
        _, shown = _person(by)
        if not self._state.notes.unlift(_named(name)):
            raise AgentError("that name is not lifted here; status tells how many are")
        self._journal.write("lift_ended", by=shown)

    def _approver(self, name: str) -> tuple[str, str]:
        """A person who may let a list through: anybody with a name, or one of those in agent.toml if any stand there."""
        key, shown = _person(name)
        if self._approvers and key not in self._approvers:
            raise WrongUse("that person may not approve here, expected one of [guards] approvers in agent.toml")
        return key, shown

    def _held(self, prefix: str) -> KeptList:
        """The list that a person means, by the first characters of its version: held, or in force with a hold on top."""
        if len(prefix) < SHORTEST_VERSION:
            raise WrongUse(
                f"version of {len(prefix)} characters, expected at least {SHORTEST_VERSION}; status shows it"
            )
        found = self._state.lists.starting_with(prefix.lower())
        if len(found) != 1:
            raise WrongUse(f"{len(found)} lists have that version, expected one; status shows what is held")
        held = found[0]
        hold = self._state.notes.get(Notes.LIST_HOLD) or {}
        if held.status is Status.LIVE and hold.get("version") == held.version:
            return held
        if held.status is not Status.HELD:
            raise WrongUse(f"that list is {held.status}, expected one that is held; status shows what is held")
        if not Verdict(reasons=held.reasons).approvable:
            raise WrongUse(
                "the feed behind that list is not to be trusted now, and no approval changes that; see status"
            )
        return held

    def _facts(self, held: KeptList, entries: Entries) -> ListFacts:
        """What two people accept: the held list, or for the one in force that more is left out of the feed than before."""
        if held.status is Status.LIVE:
            return replace(self._planner.compiled().facts, entries=entries)
        return held.facts(entries)

    def _still_wanted(self, entries: Entries) -> Entries:
        """Entries that the feed still carries: withdrawn and expired ones do not come back by a person's decision."""
        return still_covered(entries, self._planner.compiled().facts.entries)


def _person(name: str) -> tuple[str, str]:
    """(key for comparing, name as written) of who decides."""
    shown = " ".join(name.split())
    if not PERSON.fullmatch(shown):
        raise WrongUse("no person's name, expected the name or account of who decides; give --by")
    return shown.casefold(), shown


def _named(name: str) -> str:
    """The domain or URL in normal form."""
    kind = SignalType.URL if "://" in name else SignalType.DOMAIN
    try:
        return normalise(kind, name).value
    except NotNormal as refusal:
        raise WrongUse(f"not a domain or URL ({refusal.reason}), expected a name such as www.example.com") from refusal
