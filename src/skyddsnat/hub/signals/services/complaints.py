"""What a complaint from outside does to signals: it holds them; a mandate suspends, narrows, restores (policy.complaints)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.signals.models import Event, Feedback, Review, Signal, Submission
from skyddsnat.hub.signals.queries.blocks import in_force
from skyddsnat.hub.signals.services import feedback
from skyddsnat.hub.signals.services.dossier import Dossier, open_dossiers
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.review import Bench, bench
from skyddsnat.hub.signals.services.settling import carry_over, hold, lift, next_episode, note, settle
from skyddsnat.policy.complaints import Outcome, check_decision, check_suspension
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.feedback import DISPUTING, FeedbackReason
from skyddsnat.policy.review import Judge
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Scope, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skyddsnat.hub.members.actor import Actor


def hold_for_complaint(actor: Actor, blocks: Iterable[UUID], *, now: datetime) -> list[Signal]:
    """Mark these blocks as disputed, if they are not yet; each stays in force.  Returns those that are in force, locked.

    actor: the machine that handed the complaint in.
    """
    with transaction.atomic():
        rows = list(in_force(Signal.objects.filter(pk__in=list(blocks))).select_for_update().order_by("pk"))
        out = Outbox()
        for dossier in open_dossiers(row for row in rows if row.state == State.VERIFIED.value).values():
            hold(dossier, now=now, out=out)
            signal = dossier.signal
            # Whose stop page it came to is that member's own affair: the circle learns that somebody outside complains.
            note(signal, "complained", actor=actor, at=now, confidential=True)
            record(actor, "signal.complained", kind="signal", object_id=signal.pk, state=signal.state)
        out.send(now=now)
        return list(in_force(Signal.objects.filter(pk__in=[row.pk for row in rows])))


def suspend_for_complaint(actor: Actor, signal: Signal | UUID, *, now: datetime) -> int:
    """Lift the block everywhere until the case is decided.  Returns the feed's position that tells it.

    Raises Signal.DoesNotExist; PolicyRefusal: people_only, what `check_suspension` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        check_suspension(here.judge, in_force=is_in_force(here.signal))
        _suspend(here)
        here.note("suspended", mandate=here.judge.mandate)
        here.log("suspended")
        return _sent(here)


def decide_complaint(actor: Actor, signal: Signal | UUID, outcome: Outcome, *, now: datetime) -> int | None:
    """Decide what a complaint is about: the block is right, wrong, or reaches too far.

    A block that was suspended comes back, where it does, under another id and on the same approvals: what two organisations
    verified is not verified anew by one.  Returns the feed's position of a lift; None where nothing was lifted.
    Raises Signal.DoesNotExist; PolicyRefusal: people_only, not_in_force, reported_again, what `check_decision` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        check_decidable(here.judge, here.dossier, outcome)
        if outcome is Outcome.LIFTED:
            return _lift(here)
        if outcome is Outcome.NARROWED:
            return _narrow(here)
        _uphold(here)
        return None


def check_decidable(judge: Judge, dossier: Dossier, outcome: Outcome) -> None:
    """Whether this reviewer may decide so as things stand.  Raises PolicyRefusal: what `decide_complaint` raises of them."""
    signal, first = dossier.signal, dossier.first_approval
    check_decision(
        judge,
        outcome,
        origins={Mandate(word) for word in signal.origins},
        scope=Scope(signal.scope),
        first_reviewer=first.person_id if first else None,
        objectors=set(_objections(signal).values_list("member__control_group", flat=True)),
    )
    if outcome is not Outcome.LIFTED and not is_in_force(signal) and not _was_suspended(signal):
        raise PolicyRefusal("not_in_force")


def is_in_force(signal: Signal) -> bool:
    """Whether agents may block for it now.  The twin of `queries.blocks.in_force`."""
    return signal.ceiling == Ceiling.BLOCK.wire and not signal.lifted and signal.published_at is not None


def _was_suspended(signal: Signal) -> bool:
    """Whether it is lifted for a complaint alone, until that is decided; what a member's objection has lifted stays lifted."""
    events = Event.objects.filter(signal=signal, episode=signal.episode)
    return signal.lifted and events.filter(kind="suspended").exists()


def _suspend(here: Bench) -> None:
    if here.state is not State.DISPUTED:
        here.signal.state = State.DISPUTED.value
    here.verdict(Review.Verdict.LIFT, reason=FeedbackReason.NOT_ILLEGAL.value)
    lift(here.dossier, reason=FeedbackReason.NOT_ILLEGAL.value, now=here.now, out=here.out)


def _lift(here: Bench) -> int | None:
    """For good.  Whoever of the members objected was right."""
    was_in_force = is_in_force(here.signal)
    if was_in_force:
        _suspend(here)
    _objections(here.signal).update(outcome=Feedback.Outcome.CONFIRMED, decided_by=here.person, decided_at=here.now)
    here.note("lifted", reason=FeedbackReason.NOT_ILLEGAL.value, mandate=here.judge.mandate)
    here.log("complaint_confirmed")
    return _sent(here) if was_in_force else None


def _narrow(here: Bench) -> int:
    """From the whole domain to the host alone: what lies below resolves again, the host stays blocked without a pause."""
    signal = here.signal
    _back_under_another_id(here, scope=Scope.EXACT)
    here.verdict(Review.Verdict.UPHOLD, reason=FeedbackReason.WRONG_SCOPE.value)
    here.note("narrowed", mandate=here.judge.mandate)
    here.log("narrowed", was=Scope.SUBDOMAINS.value, scope=signal.scope, ceiling=signal.ceiling)
    return _sent(here)


def _uphold(here: Bench) -> None:
    if here.signal.lifted:
        _back_under_another_id(here, scope=Scope(here.signal.scope))
    elif here.state is State.DISPUTED and _objections(here.signal).exists():
        feedback.uphold(here.actor, here.signal, now=here.now)
        return
    elif here.state is State.DISPUTED:
        settle(here.dossier, now=here.now, out=here.out)
    here.verdict(Review.Verdict.UPHOLD)
    here.note("upheld", mandate=here.judge.mandate)
    here.log("upheld", state=here.signal.state, ceiling=here.signal.ceiling)
    here.out.send(now=here.now)


def _back_under_another_id(here: Bench, *, scope: Scope) -> None:
    """A revoked id is never used again.  Raises PolicyRefusal("reported_again") where the value lives on as another signal."""
    signal = here.signal
    if Signal.objects.of_value(signal).filter(episode__gt=signal.episode).exists():
        raise PolicyRefusal("reported_again")
    if signal.lifted:
        signal.lifted, signal.ended_reason = False, ""
        Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None).update(
            ended_as="", ended_reason=""
        )
        carry_over(here.dossier)
    else:
        next_episode(here.dossier, now=here.now, out=here.out, was=Ceiling.from_wire(signal.ceiling))
    signal.scope = scope.value
    settle(here.dossier, now=here.now, out=here.out, reviewed=True)


def _objections(signal: Signal) -> QuerySet[Feedback]:
    rows: QuerySet[Feedback] = signal.feedback.filter(
        outcome=Feedback.Outcome.OPEN, episode=signal.episode, reason__in=[reason.value for reason in DISPUTING]
    )
    return rows


def _sent(here: Bench) -> int:
    here.out.send(now=here.now)
    _, verified = feeds.feeds(here.signal.circle_id)
    return feeds.last_position(verified.pk)
