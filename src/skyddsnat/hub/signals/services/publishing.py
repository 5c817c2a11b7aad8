"""From signals to the feeds and inboxes.  Facts are taken when they change; everything is written at the end, in one go.

The feed takes its commit-order lock last, behind all row locks, so a service calls `Outbox.send` as its last act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed import services as feed
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.policy.vocabulary import Basis, Ceiling, HashKind, Mandate, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix import (
    Issuer,
    OpinionFacts,
    SightingFacts,
    SignalFacts,
    SubmissionFacts,
    indicator,
    opinion,
    sighting,
    signal_uuid,
    submission_indicator,
)

if TYPE_CHECKING:
    from skyddsnat.hub.signals.services.dossier import Dossier

BUCKETS = (1, 5, 20, 100)
"""Lower bounds in which sightings are told: never who, never how many exactly (catalogue/exchange.yaml)."""


def listed_id(signal: Signal, issuer: Issuer) -> str:
    """The STIX id of the signal in its current episode."""
    found = signal_uuid(
        issuer.namespace,
        circle=signal.circle_id,
        type=SignalType(signal.type),
        hash_kind=HashKind(signal.hash_kind) if signal.hash_kind else None,
        value=signal.value,
        episode=signal.episode,
    )
    return f"indicator--{found}"


@dataclass(slots=True)
class Outbox:
    """What one transaction has to tell.  A RED signal is never told to anyone: it does not leave the web."""

    issuer: Issuer = field(default_factory=feed.issuer)
    inform: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    verified: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    inboxes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    """Ids of reports that this transaction brings, whose fates nobody can have been told before."""

    def tell(self, dossier: Dossier) -> None:
        """The signal as it is now, to the feeds that its ceiling reaches."""
        signal = dossier.signal
        if signal.marking == Marking.RED:
            return
        written = indicator(facts_of(dossier, revoked=False), issuer=self.issuer, modified=signal.changed_at)
        self.inform.setdefault(signal.circle_id, []).append(written)
        if signal.ceiling == Ceiling.BLOCK.wire:
            self.verified.setdefault(signal.circle_id, []).append(written)

    def revoke(self, dossier: Dossier, *, was: Ceiling) -> None:
        """The end of the published id, to all who hold it.  was: the ceiling that it had until now."""
        signal = dossier.signal
        if signal.marking == Marking.RED:
            return
        written = indicator(facts_of(dossier, revoked=True), issuer=self.issuer, modified=signal.changed_at)
        self.inform.setdefault(signal.circle_id, []).append(written)
        if was is Ceiling.BLOCK:
            self.verified.setdefault(signal.circle_id, []).append(written)

    def fate(self, dossier: Dossier, only: Submission | None = None) -> None:
        """What became of their reports, to the members that handed them in, each into its own inbox.

        only: one report.  A member that has taken its report back is told that once, and nothing of what others reported.
        """
        if dossier.signal.marking == Marking.RED:
            return
        for report in [only] if only is not None else dossier.standing_reports:
            facts = _fate(dossier.signal, report, self.issuer)
            written = submission_indicator(facts, issuer=self.issuer, modified=dossier.signal.changed_at)
            self.inboxes.setdefault(report.member_id, []).append(written)
            if report._state.adding:
                self.fresh.add(written["id"])

    def objection(self, signal: Signal, feedback: Feedback, *, at: datetime, withdrawn: bool = False) -> None:
        """A member's objection, to the circle, without saying whose."""
        if signal.marking == Marking.RED:
            return
        facts = OpinionFacts(
            indicator=listed_id(signal, self.issuer),
            reason=feedback.reason,
            key=str(feedback.pk),
            since=feedback.at,
            marking=Marking(signal.marking),
            withdrawn=withdrawn,
        )
        self.inform.setdefault(signal.circle_id, []).append(opinion(facts, issuer=self.issuer, modified=at))

    def seen(self, signal: Signal, *, count: int, first: datetime, last: datetime) -> None:
        """That members see the signal too, as a bucket."""
        if signal.marking == Marking.RED:
            return
        facts = SightingFacts(
            indicator=listed_id(signal, self.issuer),
            at_least=max(bound for bound in BUCKETS if bound <= count),
            first=first,
            last=last,
            since=first,
            marking=Marking(signal.marking),
        )
        self.inform.setdefault(signal.circle_id, []).append(sighting(facts, issuer=self.issuer, modified=last))

    def send(self, *, now: datetime) -> None:
        """Write everything.  Collections come in one order, so that two transactions never wait for each other."""
        for circle_id in sorted({*self.inform, *self.verified}):
            inform, verified = feeds.feeds(circle_id)
            if self.inform.get(circle_id):
                feed.publish(inform, self.inform[circle_id], now=now)
            if self.verified.get(circle_id):
                feed.publish(verified, self.verified[circle_id], now=now)
        for member_id in sorted(self.inboxes):
            feed.publish(feeds.inbox(member_id), self.inboxes[member_id], now=now, fresh=self.fresh)
        self.inform, self.verified, self.inboxes, self.fresh = {}, {}, {}, set()


def facts_of(dossier: Dossier, *, revoked: bool = False) -> SignalFacts:
    """A published signal as it is told.  Raises ValueError for one that is not published."""
    signal = dossier.signal
    if signal.published_at is None or signal.valid_until is None:
        raise ValueError("a signal that was not published was to be told, expected one with both its times")
    return SignalFacts(
        type=SignalType(signal.type),
        value=signal.value,
        hash_kind=HashKind(signal.hash_kind) if signal.hash_kind else None,
        circle=signal.circle_id,
        episode=signal.episode,
        state=State(signal.state),
        ceiling=Ceiling.from_wire(signal.ceiling),
        origins=tuple(Mandate(word) for word in signal.origins),
        scope=Scope(signal.scope),
        marking=Marking(signal.marking),
        basis=_basis(dossier),
        techniques=tuple(signal.techniques),
        since=signal.published_at,
        valid_until=signal.valid_until,
        revoked=revoked,
    )


def _basis(dossier: Dossier) -> Basis | None:
    """On what the strongest verdict rests; None before one."""
    if not dossier.signal.origins:
        return None
    strongest = dossier.signal.origins[0]
    by_review = (r.basis for r in dossier.approvals if r.mandate == strongest and r.basis)
    by_report = (r.basis for r in dossier.standing_reports if r.member.mandate == strongest)
    found = next(chain(by_review, by_report), None)
    return Basis(found) if found else None


def _fate(signal: Signal, report: Submission, issuer: Issuer) -> SubmissionFacts:
    taken_back = report.retracted_at is not None
    published = signal.published_at is not None
    return SubmissionFacts(
        id=report.id,
        type=SignalType(signal.type),
        value=signal.value,
        hash_kind=HashKind(signal.hash_kind) if signal.hash_kind else None,
        circle=signal.circle_id,
        state=State.WITHDRAWN if taken_back else State(signal.state),
        ceiling=Ceiling.NONE if taken_back else Ceiling.from_wire(signal.ceiling),
        scope=Scope(signal.scope),
        marking=Marking(signal.marking),
        basis=Basis(report.basis),
        since=report.at,
        submitted_id=report.stix_id,
        listed_as=listed_id(signal, issuer) if published and not taken_back else "",
        reason=signal.ended_reason,
    )
