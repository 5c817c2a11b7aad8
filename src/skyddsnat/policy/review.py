"""Who may judge a signal, and how (DESIGN § 5).

Members do not judge content: only a reviewer whose member holds a mandate says what a thing is.  A reviewer without one is the
second pair of eyes on a domain and confirms its scope.  Nobody reviews what their own member, or one of its owner's, reported.
Each `check_…` returns when the act is allowed and raises PolicyRefusal with a code when it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from skyddsnat.policy.access import Stage
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.signal_states import BASES, OPEN, Episode, Voice, standing
from skyddsnat.policy.vocabulary import Basis, Mandate, Role, Scope, SignalType, State

SUBMITTING_ROLES = frozenset({Role.ANALYST, Role.REVIEWER, Role.ENGINEER})
"""Roles that report signals and say what they think of published ones."""


class Check(StrEnum):
    """Lines of the checklist.  Each must be ticked; their texts are in the hub."""

    ASSESSED = "assessed"  # in the organisation's own secure system, never here
    SPELLING = "spelling"  # the revealed value was compared letter by letter
    HOST_DEDICATED = "host_dedicated"
    DOMAIN_DEDICATED = "domain_dedicated"
    NOT_SHARED = "not_shared"
    EXACT_PAGE = "exact_page"
    LICENCE = "licence"
    COMMON_WORD = "common_word"
    SCOPE_ONLY = "scope_only"  # the second pair of eyes says that it has not judged the content


class RejectReason(StrEnum):
    """Fixed reasons; there is no free text, so that no description of content can slip in."""

    NOT_ILLEGAL = "not_illegal"
    WRONG_SCOPE = "wrong_scope"
    GONE = "gone"
    PARKED = "parked_or_resold"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"
    INSUFFICIENT = "insufficient"


class WithdrawReason(StrEnum):
    """Fixed reasons for taking back a report or a verdict."""

    MISTAKE = "mistake"
    NOT_ILLEGAL = "not_illegal"
    WRONG_SCOPE = "wrong_scope"
    GONE = "gone"
    PARKED = "parked_or_resold"
    DUPLICATE = "duplicate"


REASONS_WITHOUT_MANDATE = frozenset(set(RejectReason) - {RejectReason.NOT_ILLEGAL, RejectReason.INSUFFICIENT})
"""What a reviewer without a mandate can say: of the address, never of what it shows."""


class Rejection(StrEnum):
    """What a no leads to.  FINAL: the episode ends.  SENT_BACK: approvals fall, and a reviewer with a mandate looks again."""

    FINAL = "final"
    SENT_BACK = "sent_back"


class Withdrawal(StrEnum):
    """What is taken back: the member's own report, or a mandate's verdict."""

    REPORT = "report"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Judge:
    """Who acts on a signal."""

    person: UUID | None
    voice: Voice
    roles: frozenset[Role]

    @property
    def mandate(self) -> Mandate | None:
        """The mandate of the judge's member."""
        return self.voice.mandate


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a reviewer hands in with a yes.  content: the hash of what was on the reviewer's page."""

    content: str
    ticked: frozenset[str]
    basis: Basis | None


def checklist(type: SignalType, scope: Scope, mandate: Mandate | None) -> tuple[Check, ...]:
    """The lines that this reviewer must tick for this signal, in the page's order."""
    width = {
        SignalType.DOMAIN: (
            Check.DOMAIN_DEDICATED if scope is Scope.SUBDOMAINS else Check.HOST_DEDICATED,
            Check.NOT_SHARED,
        ),
        SignalType.URL: (Check.EXACT_PAGE,),
        SignalType.HASH: (Check.LICENCE,),
        SignalType.TERM: (Check.COMMON_WORD,),
    }[type]
    if mandate is None:
        return (Check.SPELLING, Check.NOT_SHARED, Check.SCOPE_ONLY)
    return (Check.ASSESSED, Check.SPELLING, *width)


def bases_for(mandate: Mandate | None) -> tuple[Basis, ...]:
    """The bases on which this reviewer's verdict can rest; none for a second pair of eyes without a mandate."""
    return tuple(sorted(BASES[mandate], reverse=True)) if mandate is not None else ()


def check_may_review(judge: Judge, episode: Episode, state: State) -> None:
    """Whether the signal is this person's to judge now.

    Raises PolicyRefusal: not_a_reviewer, not_open, own_submission, already_judged, needs_mandate.
    """
    _reviewer(judge)
    if state is State.VERIFIED:
        # The other mandate may add its verdict to one that stands (reference 2.3: both may be on record).
        if judge.mandate is None or judge.mandate in standing(episode).origins:
            raise PolicyRefusal("not_open", state)
    elif state not in OPEN:
        raise PolicyRefusal("not_open", state)
    _not_own(judge, episode)
    if any(a.voice.group == judge.voice.group or a.person == judge.person for a in episode.approvals):
        raise PolicyRefusal("already_judged")
    _mandate_first(judge, episode)


def check_approval(judge: Judge, episode: Episode, state: State, *, scope: Scope, ballot: Ballot) -> None:
    """Whether this yes counts.

    Raises what `check_may_review` raises, and changed_meanwhile, basis_not_yours, checklist_incomplete.
    """
    check_may_review(judge, episode, state)
    if ballot.content != episode.content:
        raise PolicyRefusal("changed_meanwhile")
    allowed = bases_for(judge.mandate) or (None,)
    if ballot.basis not in allowed:
        raise PolicyRefusal("basis_not_yours", ballot.basis or "none")
    missing = set(checklist(episode.type, scope, judge.mandate)) - ballot.ticked
    if missing:
        raise PolicyRefusal("checklist_incomplete", ", ".join(sorted(missing)))


def still_counts(roles: Set[Role], *, then: Mandate | None, now: Mandate | None, in_circle: bool) -> bool:
    """Whether an approval counts towards a verdict that is not reached: whoever gave it could still give it today.

    An account is closed because it was stolen, a role is taken away because somebody was found out: what they had approved would
    wait for one more hand.  What was verified stays (docs/adr/0067-an-undecided-approval-goes-with-its-hand.md).
    roles: the person's of the day.  then, now: their organisation's mandate when they judged, and today.  in_circle: whether that
    organisation still is where the signal lives.
    """
    return in_circle and Role.REVIEWER in roles and then in (None, now)


def check_rejection(judge: Judge, episode: Episode, state: State, *, reason: RejectReason) -> Rejection:
    """What this no leads to.

    Only a mandate ends an episode.  Otherwise a single member could keep anything off the list; it sends the signal back instead.
    Raises PolicyRefusal: not_a_reviewer, not_open, own_submission, needs_mandate, reason_needs_mandate.
    """
    _reviewer(judge)
    if state not in OPEN:
        raise PolicyRefusal("not_open", state)
    _not_own(judge, episode)
    _mandate_first(judge, episode)
    if judge.mandate is not None:
        return Rejection.FINAL
    if reason not in REASONS_WITHOUT_MANDATE:
        raise PolicyRefusal("reason_needs_mandate", reason)
    return Rejection.SENT_BACK


def check_rescope(judge: Judge, episode: Episode, state: State, *, scope: Scope, wanted: Scope) -> None:
    """Whether the reviewer may narrow or widen a domain before a verdict.  It voids the approvals that stand.

    Raises PolicyRefusal: what `check_rejection` raises for who may, no_scope, same_scope.
    """
    _reviewer(judge)
    if state not in OPEN:
        raise PolicyRefusal("not_open", state)
    _not_own(judge, episode)
    if judge.mandate is None:
        raise PolicyRefusal("needs_mandate")
    if episode.type is not SignalType.DOMAIN:
        raise PolicyRefusal("no_scope", episode.type)
    if scope is wanted:
        raise PolicyRefusal("same_scope", wanted)


def check_dispute_decision(
    judge: Judge, state: State, *, lifted: bool, first_reviewer: UUID | None, complainants: Collection[str]
) -> None:
    """Whether this person decides a dispute: a mandate, but neither who judged first nor who complains.

    complainants: owners behind the open feedback.  Were they to decide, one organisation could lift what two have verified.
    Raises PolicyRefusal: not_a_reviewer, needs_mandate, not_disputed, first_reviewer, own_feedback.
    """
    _reviewer(judge)
    if judge.mandate is None:
        raise PolicyRefusal("needs_mandate")
    if state is not State.DISPUTED or lifted:
        raise PolicyRefusal("not_disputed", state)
    if first_reviewer is not None and judge.person == first_reviewer:
        raise PolicyRefusal("first_reviewer")
    if judge.voice.group in complainants:
        raise PolicyRefusal("own_feedback")


def check_withdrawal(
    judge: Judge, state: State, *, verified: bool, origins: Set[Mandate], reported: bool
) -> Withdrawal:
    """What this person may take back.

    Before a verdict a member takes back its own report; after it, a reviewer of the verdict's origin takes back the verdict.
    verified: whether a verdict stands, also under a dispute.  reported: whether the member's own report stands.
    Raises PolicyRefusal: not_open, not_origin, not_submitter, no_role.
    """
    if state is State.DRAFT or state in {State.REJECTED, State.WITHDRAWN, State.EXPIRED}:
        raise PolicyRefusal("not_open", state)
    if verified:
        if Role.REVIEWER not in judge.roles or judge.mandate is None or judge.mandate not in origins:
            raise PolicyRefusal("not_origin")
        return Withdrawal.VERDICT
    if not judge.roles & SUBMITTING_ROLES:
        raise PolicyRefusal("no_role")
    if not reported:
        raise PolicyRefusal("not_submitter")
    return Withdrawal.REPORT


def check_renewal(judge: Judge, state: State, *, origins: Set[Mandate], basis: Basis) -> None:
    """Whether this person may say that a verified signal still holds.

    Raises PolicyRefusal: not_a_reviewer, not_verified, not_origin, basis_not_yours.
    """
    _reviewer(judge)
    if state is not State.VERIFIED:
        raise PolicyRefusal("not_verified", state)
    if judge.mandate is None or judge.mandate not in origins:
        raise PolicyRefusal("not_origin")
    if basis not in bases_for(judge.mandate):
        raise PolicyRefusal("basis_not_yours", basis)


def _reviewer(judge: Judge) -> None:
    if Role.REVIEWER not in judge.roles or judge.person is None:
        raise PolicyRefusal("not_a_reviewer")


def _not_own(judge: Judge, episode: Episode) -> None:
    if judge.voice.group in episode.reporters:
        raise PolicyRefusal("own_submission")


def _mandate_first(judge: Judge, episode: Episode) -> None:
    if judge.mandate is None and standing(episode).stage is not Stage.SECOND:
        raise PolicyRefusal("needs_mandate")
