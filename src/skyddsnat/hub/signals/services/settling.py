"""Writes what policy has worked out: state, stage, origins, ceiling and clock; ends episodes and opens the next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from skyddsnat.hub.signals.models import Event, Review, Signal, Submission
from skyddsnat.hub.signals.services.dossier import Dossier
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.policy.access import Stage
from skyddsnat.policy.ceilings import VALID_FOR
from skyddsnat.policy.signal_states import Standing, standing
from skyddsnat.policy.vocabulary import Ceiling, Mandate, SignalType, State
from skyddsnat.protocols.stix import next_version

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

STRONGEST_FIRST = (Mandate.POLICE, Mandate.HOTLINE)


def note(signal: Signal, kind: str, *, actor: Actor, at: datetime, confidential: bool = False, **facts: Any) -> Event:
    """One line of the history.  confidential: it tells who reported or who has looked, and shows to few."""
    return Event.objects.create(
        signal=signal,
        episode=signal.episode,
        at=at,
        kind=kind,
        member_id=actor.member_id,
        person_id=actor.person_id,
        facts=facts,
        confidential=confidential,
    )


def settle(dossier: Dossier, *, now: datetime, out: Outbox, reviewed: bool = False) -> Standing:
    """Bring the signal to where its reports and approvals put it, and have that published.

    reviewed: someone with a mandate has just judged it, so that its clock starts anew.
    A fall below `block` revokes the id that could be blocked; a signal that stays known goes on under another (reference 2.1).
    """
    signal = dossier.signal
    before = Ceiling.from_wire(signal.ceiling)
    was_published = signal.published_at is not None
    found = standing(dossier.episode())
    fell = before is Ceiling.BLOCK and found.ceiling < Ceiling.BLOCK
    vanished = was_published and found.ceiling is Ceiling.NONE
    if fell or vanished:
        next_episode(dossier, now=now, out=out, was=before)
    _write(signal, found, now=now, reviewed=reviewed)
    if found.ceiling is not Ceiling.NONE:
        out.tell(dossier)
    out.fate(dossier)
    return found


def _write(signal: Signal, found: Standing, *, now: datetime, reviewed: bool) -> None:
    newly_verified = found.state is State.VERIFIED and signal.verified_at is None
    newly_published = found.ceiling is not Ceiling.NONE and signal.published_at is None
    signal.state = found.state.value
    signal.stage = found.stage.value
    signal.origins = [mandate.value for mandate in STRONGEST_FIRST if mandate in found.origins]
    signal.ceiling = found.ceiling.wire
    signal.lifted = False
    if found.state is State.VERIFIED:
        signal.claimed_by = signal.claimed_at = None
    signal.changed_at = next_version(now, signal.changed_at)
    if newly_verified:
        signal.verified_at = signal.changed_at
    if newly_published:
        signal.published_at = signal.changed_at
    if newly_published or newly_verified or (reviewed and found.state is State.VERIFIED):
        signal.valid_until = now + VALID_FOR[SignalType(signal.type)]
    signal.save()


def hold(dossier: Dossier, *, now: datetime, out: Outbox) -> None:
    """Mark a live signal as disputed.  Its ceiling stands: a complaint alone lifts nothing."""
    signal = dossier.signal
    signal.state = State.DISPUTED.value
    signal.stage = Stage.NONE.value
    signal.claimed_by = signal.claimed_at = None
    signal.changed_at = next_version(now, signal.changed_at)
    signal.save()
    out.tell(dossier)
    out.fate(dossier)


def lift(dossier: Dossier, *, reason: str, now: datetime, out: Outbox) -> None:
    """Suspend a disputed signal everywhere: its id is revoked, and no agent does anything with it any more."""
    signal = dossier.signal
    was = Ceiling.from_wire(signal.ceiling)
    signal.lifted = True
    signal.ceiling = Ceiling.NONE.wire
    signal.ended_reason = reason
    signal.changed_at = next_version(now, signal.changed_at)
    signal.save()
    Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None).update(
        ended_as=signal.state, ended_reason=reason
    )
    out.revoke(dossier, was=was)
    out.fate(dossier)


def end(dossier: Dossier, state: State, *, reason: str, now: datetime, out: Outbox) -> None:
    """End the episode: rejected, withdrawn or expired.  What was published is revoked."""
    signal = dossier.signal
    was = Ceiling.from_wire(signal.ceiling)
    signal.state = state.value
    signal.stage = (Stage.CLOSED if state is State.REJECTED else Stage.NONE).value
    signal.ceiling = Ceiling.NONE.wire
    signal.ended_reason = reason
    signal.claimed_by = signal.claimed_at = None
    signal.changed_at = next_version(now, signal.changed_at)
    signal.save()
    Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None).update(
        ended_as=state.value, ended_reason=reason
    )
    if signal.published_at is not None and not signal.lifted:  # a lifted one was revoked when it was lifted
        out.revoke(dossier, was=was)
    out.fate(dossier)


def next_episode(dossier: Dossier, *, now: datetime, out: Outbox, was: Ceiling) -> None:
    """Revoke the published id and carry what still stands over into another episode, since a revoked id may not come back.

    Whether the next one is published at once is for the caller to settle.
    """
    signal = dossier.signal
    before = signal.episode
    state, ceiling = signal.state, signal.ceiling
    signal.state, signal.ceiling = State.WITHDRAWN.value, Ceiling.NONE.wire
    signal.changed_at = next_version(now, signal.changed_at)
    out.revoke(dossier, was=was)
    signal.state, signal.ceiling = state, ceiling
    signal.episode = before + 1
    signal.published_at = None
    signal.valid_until = None
    Submission.objects.filter(signal=signal, episode=before, retracted_at=None).update(episode=signal.episode)
    Review.objects.filter(signal=signal, episode=before, standing=True, verdict=Review.Verdict.APPROVE).update(
        episode=signal.episode
    )
    dossier.reports = dossier.standing_reports
    for report in dossier.reports:
        report.episode = signal.episode
    for approval in dossier.approvals:
        approval.episode = signal.episode


def begin(signal: Signal, *, now: datetime) -> None:
    """Open the next episode of a signal that had come to its end, for a new report.  Nothing of the old one counts any more."""
    signal.episode += 1
    signal.state = State.DRAFT.value
    signal.stage = Stage.NONE.value
    signal.origins = []
    signal.ceiling = Ceiling.NONE.wire
    signal.lifted = False
    signal.ended_reason = ""
    signal.techniques = []
    signal.submitted_at = now
    signal.published_at = signal.verified_at = signal.valid_until = None
    signal.claimed_by = signal.claimed_at = None
