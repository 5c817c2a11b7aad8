"""Where a signal stands: worked out from what was reported and judged, never set by hand (DESIGN § 5, ADR 4 and 5).

An *episode* is a signal's life from a report to an end.  Everything that the services write goes through `standing`, so that
no way in can skip a reviewer.  Ends (rejected, withdrawn, expired, lifted) are final: only a new report opens the next episode.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from skyddsnat.policy.access import Stage
from skyddsnat.policy.ceilings import JUDGES_FOR_BLOCK, verified_ceiling
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, SignalType, State

OPEN = frozenset({State.SUBMITTED, State.IN_REVIEW, State.CORROBORATED})
"""Review goes on."""

LIVE = frozenset({State.CORROBORATED, State.VERIFIED, State.DISPUTED})
"""Published: what ends it must be told to all who hold it, as a revoked version."""

FINAL = frozenset({State.REJECTED, State.WITHDRAWN, State.EXPIRED})
"""Ends of an episode.  A disputed signal that was lifted is one too (`is_final`)."""

NEXT: MappingProxyType[State, frozenset[State]] = MappingProxyType(
    {
        State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
        State.SUBMITTED: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
        State.IN_REVIEW: frozenset({State.CORROBORATED, State.VERIFIED, State.REJECTED, State.WITHDRAWN}),
        State.CORROBORATED: frozenset({State.VERIFIED, State.DISPUTED, State.WITHDRAWN, State.EXPIRED}),
        State.VERIFIED: frozenset({State.DISPUTED, State.WITHDRAWN, State.EXPIRED}),
        # EXPIRED too: an open dispute must not keep a block beyond `valid_until`, the one clock.
        State.DISPUTED: frozenset({State.CORROBORATED, State.VERIFIED, State.WITHDRAWN, State.EXPIRED}),
        State.REJECTED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.EXPIRED: frozenset(),
    }
)
"""One step each.  A service may take two at once: a report that corroborates a waiting one passes through IN_REVIEW."""

BASES = MappingProxyType(
    {
        Mandate.POLICE: frozenset({Basis.POLICE_LIST, Basis.COURT}),
        Mandate.HOTLINE: frozenset({Basis.HOTLINE_ASSESSMENT}),
    }
)
"""On what a mandate's verdict can rest.  An operator that writes `police_list` has no mandate, and so no verdict."""


@dataclass(frozen=True, slots=True)
class Voice:
    """An organisation that speaks.  group: its owner; members under one owner count as one."""

    member: str
    group: str
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A member's report that stands (it was not taken back)."""

    voice: Voice
    basis: Basis

    @property
    def verdict(self) -> Mandate | None:
        """The mandate whose judgement this report carries, if any."""
        mandate = self.voice.mandate
        return mandate if mandate is not None and self.basis in BASES[mandate] else None


@dataclass(frozen=True, slots=True)
class Approval:
    """A reviewer's approval that stands.  content: the hash of what the reviewer judged."""

    person: UUID
    voice: Voice
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """All that decides where a signal stands.

    content: the hash of type, value and scope as they are now; an approval of anything else does not count.
    wider: of a host alone, the hash of the whole domain: who approved all of it approved its part, so a block can be narrowed.
    taken_up: a reviewer has claimed it.  was_verified: it has been verified in this life; if one mandate's verdict falls and
    another's stands, the signal stays known at the other's ceiling.  hotline_may_block, protected: see `ceilings`.
    """

    type: SignalType
    content: str
    wider: str = ""
    reports: tuple[Report, ...] = ()
    approvals: tuple[Approval, ...] = ()
    taken_up: bool = False
    was_verified: bool = False
    hotline_may_block: bool = False
    protected: bool = False

    @property
    def reporters(self) -> frozenset[str]:
        """Owners behind the reports."""
        return frozenset(report.voice.group for report in self.reports)

    @property
    def counted(self) -> tuple[Approval, ...]:
        """Approvals of what the signal says now, by organisations that did not report it."""
        if not self.approvals:
            return ()
        judged = {self.content, self.wider or self.content}
        return tuple(a for a in self.approvals if a.content in judged and a.voice.group not in self.reporters)

    @property
    def judges(self) -> frozenset[str]:
        """Owners behind the counted approvals."""
        return frozenset(approval.voice.group for approval in self.counted)


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome.  origins: mandates whose verdict stands, empty before the signal is verified."""

    state: State
    stage: Stage
    origins: frozenset[Mandate] = field(default_factory=frozenset)
    ceiling: Ceiling = Ceiling.NONE


def standing(episode: Episode) -> Standing:
    """Where an episode stands that has not come to an end and is not disputed."""
    if _verified(episode):
        origins = _origins(episode)
        ceiling = verified_ceiling(
            episode.type,
            origins=origins,
            organisations=len(episode.judges),
            hotline_may_block=episode.hotline_may_block,
            protected=episode.protected,
        )
        return Standing(State.VERIFIED, Stage.NONE, origins, ceiling)
    stage = Stage.SECOND if _judged(episode) else Stage.FIRST
    if len(episode.reporters) >= 2:
        return Standing(State.CORROBORATED, stage, ceiling=Ceiling.INFORM)
    taken_up = episode.taken_up or bool(episode.counted)
    return Standing(State.IN_REVIEW if taken_up else State.SUBMITTED, stage)


def is_final(state: State, *, lifted: bool) -> bool:
    """Whether the episode has come to its end, so that a new report opens another."""
    return state in FINAL or (state is State.DISPUTED and lifted)


def may_follow(before: State, after: State) -> bool:
    """Whether the step is in the table, or passes through review without a stop there."""
    return after in NEXT[before] or (before is State.SUBMITTED and after in NEXT[State.IN_REVIEW])


def needs_second(type: SignalType) -> bool:
    """Whether two organisations must approve: domains, the one type that an agent acts on (ADR 4)."""
    return type is SignalType.DOMAIN


def _judged(episode: Episode) -> bool:
    return any(approval.voice.mandate is not None for approval in episode.counted)


def _verified(episode: Episode) -> bool:
    if not _judged(episode):
        return False
    return episode.was_verified or not needs_second(episode.type) or len(episode.judges) >= JUDGES_FOR_BLOCK


def _origins(episode: Episode) -> frozenset[Mandate]:
    judged = {a.voice.mandate for a in episode.counted if a.voice.mandate is not None}
    return frozenset(judged | {r.verdict for r in episode.reports if r.verdict is not None})
