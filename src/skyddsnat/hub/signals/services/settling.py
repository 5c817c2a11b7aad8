"""Writes what policy has worked out: state, stage, origins, ceiling and clock; ends episodes, carries over what still stands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.signals.models import Event, Review, Signal, Submission
from skyddsnat.hub.signals.services.dossier import Dossier
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.weight import WEIGHS_NOTHING, weigh
from skyddsnat.policy.access import Stage
from skyddsnat.policy.ceilings import VALID_FOR
from skyddsnat.policy.signal_states import Standing
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Marking, SignalType, State
from skyddsnat.protocols.stix import next_version

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

STRONGEST_FIRST = (Mandate.POLICE, Mandate.HOTLINE)


def line(signal: Signal, kind: str, *, actor: Actor, at: datetime, confidential: bool = False, **facts: Any) -> Event:
    """One line of the history, to be written.  confidential: it tells who reported or who has looked, and shows to few."""
    return new_row(
        Event,
        signal_id=signal.id,
        episode=signal.episode,
        at=at,
        kind=kind,
        member_id=actor.member_id,
        person_id=actor.person_id,
        facts=facts,
        confidential=confidential,
    )


def note(signal: Signal, kind: str, *, actor: Actor, at: datetime, confidential: bool = False, **facts: Any) -> None:
    """Write one line of the history."""
    add_row(line(signal, kind, actor=actor, at=at, confidential=confidential, **facts))


def auditors_of(signal: Signal) -> UUID | None:
    """The circle whose auditors read of what is done to the signal: of what the circle has seen, and never of RED."""
    return signal.circle_id if signal.published_at and signal.marking != Marking.RED else None


def settle(dossier: Dossier, *, now: datetime, out: Outbox, reviewed: bool = False) -> Standing:
    """Bring the signal to where its reports and approvals put it, and have that published.

    reviewed: someone with a mandate has just judged it, so that its clock starts anew.
    The row of a new signal, which nothing can have been told of, is left to whoever made it.
    A fall below `block` revokes the id that could be blocked; a signal that stays known goes on under another (reference 2.1).
    One that is no longer for the circle to know ends there, and what still stands goes on out of its sight.
    """
    signal = dossier.signal
    before = Ceiling.from_wire(signal.ceiling)
    was_published = signal.published_at is not None
    found = dossier.standing()
    fell = before is Ceiling.BLOCK and found.ceiling < Ceiling.BLOCK
    vanished = was_published and found.ceiling is Ceiling.NONE
    if vanished:
        part(dossier, now=now, out=out, was=before)
    elif fell:
        next_episode(dossier, now=now, out=out, was=before)
    _put(signal, found, now=now, reviewed=reviewed)
    weigh(dossier)
    if not signal._state.adding:
        signal.save()
    if found.ceiling is not Ceiling.NONE:
        out.tell(dossier)
    out.fate(dossier)
    return found


def _put(signal: Signal, found: Standing, *, now: datetime, reviewed: bool) -> None:
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


def hold(dossier: Dossier, *, now: datetime, out: Outbox) -> None:
    """Mark a live signal as disputed.  Its ceiling stands: a complaint alone lifts nothing."""
    signal = dossier.signal
    signal.state = State.DISPUTED.value
    signal.stage = Stage.NONE.value
    signal.claimed_by = signal.claimed_at = None
    signal.changed_at = next_version(now, signal.changed_at)
    weigh(dossier)
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
    weigh(dossier)
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
    weigh(dossier)
    signal.save()
    Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None).update(
        ended_as=state.value, ended_reason=reason
    )
    if signal.published_at is not None and not signal.lifted:  # a lifted one was revoked when it was lifted
        out.revoke(dossier, was=was)
    out.fate(dossier)


def next_episode(dossier: Dossier, *, now: datetime, out: Outbox, was: Ceiling) -> None:
    """Revoke the published id and carry what still stands over into another episode, since a revoked id may not come back."""
    _revoke(dossier, now=now, out=out, was=was)
    carry_over(dossier)


def part(dossier: Dossier, *, now: datetime, out: Outbox, was: Ceiling) -> None:
    """End what the circle has seen, for all to see, and go on with what still stands as a signal of its own that begins hidden.

    Were the row itself hidden again, its absence would tell the circle that somebody still stands by the value.
    """
    signal = dossier.signal
    _revoke(dossier, now=now, out=out, was=was)
    Signal.objects.filter(pk=signal.pk).update(
        state=State.WITHDRAWN.value,
        stage=Stage.NONE.value,
        ceiling=Ceiling.NONE.wire,
        claimed_by=None,
        claimed_at=None,
        changed_at=signal.changed_at,
        **WEIGHS_NOTHING,
    )
    named = list(signal.named.all())
    before, signal.pk = signal.pk, uuid4()
    signal._state.adding = True
    carry_over(dossier, start=before)
    signal.named.set(named)


def _revoke(dossier: Dossier, *, now: datetime, out: Outbox, was: Ceiling) -> None:
    """Tell all who hold the published id that it has ended."""
    signal = dossier.signal
    state, ceiling = signal.state, signal.ceiling
    signal.state, signal.ceiling = State.WITHDRAWN.value, Ceiling.NONE.wire
    signal.changed_at = next_version(now, signal.changed_at)
    out.revoke(dossier, was=was)
    signal.state, signal.ceiling = state, ceiling


def carry_over(dossier: Dossier, *, start: UUID | None = None) -> None:
    """Move the reports and approvals that stand into the next episode; start: from this signal into the dossier's, which is new.

    Whether that one is published at once is for the caller to settle.
    """
    signal = dossier.signal
    before, signal.episode = signal.episode, signal.episode + 1
    signal.published_at = signal.valid_until = None
    if start is not None:
        signal.save(force_insert=True)
    came = start or signal.pk
    now_in = {"signal": signal, "episode": signal.episode}
    Submission.objects.filter(signal=came, episode=before, retracted_at=None).update(**now_in)
    Review.objects.filter(signal=came, episode=before, standing=True, verdict=Review.Verdict.APPROVE).update(**now_in)
    dossier.reports = dossier.standing_reports
    for report in dossier.reports:
        report.signal, report.episode = signal, signal.episode
    for approval in dossier.approvals:
        approval.signal, approval.episode = signal, signal.episode
