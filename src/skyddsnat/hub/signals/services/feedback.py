"""What members say of published signals, and what comes of it (reference 2.4).

A complaint alone lifts nothing, or an offender could lift blocks by complaining.  One confirmed error suspends the signal
everywhere at once, before anyone reviews it in full: failing towards "not blocked" is the safe side.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.signals.models import Feedback, Review, Signal
from skyddsnat.hub.signals.services.hands import person_of, take
from skyddsnat.hub.signals.services.review import Bench, bench
from skyddsnat.hub.signals.services.settling import end, hold, lift, settle
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.feedback import DISPUTING, FeedbackReason, check_feedback, check_feedback_decision
from skyddsnat.policy.review import check_dispute_decision
from skyddsnat.policy.vocabulary import Mandate, State
from skyddsnat.protocols.stix import next_version

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


def give_feedback(actor: Actor, signal: Signal | UUID, *, reason: str, now: datetime) -> Feedback:
    """Say what the member thinks of a published signal.  `not_illegal` and `wrong_scope` open a dispute.

    Raises PolicyRefusal: unknown_reason, no_role, not_live, already_said.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        if reason not in set(FeedbackReason):
            raise PolicyRefusal("unknown_reason")
        said = Feedback.objects.filter(
            signal=here.signal, episode=here.signal.episode, member=here.person.member
        ).values_list("reason", flat=True)
        check_feedback(here.judge, here.state, lifted=here.signal.lifted, reason=FeedbackReason(reason), said=set(said))
        seen = reason == FeedbackReason.SEEN
        given = Feedback.objects.create(
            signal=here.signal,
            episode=here.signal.episode,
            member=here.person.member,
            person=here.person,
            reason=reason,
            at=next_version(now, None),
            outcome=Feedback.Outcome.CONFIRMED if seen else Feedback.Outcome.OPEN,
        )
        if seen:
            _count_sightings(here, given)
        else:
            here.out.objection(here.signal, given, at=given.at)
            if reason in DISPUTING and here.state is not State.DISPUTED:
                hold(here.dossier, now=now, out=here.out)
        here.note("seen" if seen else "disputed" if reason in DISPUTING else "feedback", reason=reason)
        here.log("feedback_given", confidential=True, reason=reason, state=here.signal.state)
        here.out.send(now=now)
        return given


def dispute(actor: Actor, signal: Signal | UUID, *, reason: str, now: datetime) -> Feedback:
    """Object to a published signal: feedback with a reason that opens a dispute.  Raises what `give_feedback` raises."""
    with transaction.atomic():
        take(
            person_of(actor), signal
        )  # what the person cannot see is not there, whatever else is wrong with the request
        if reason not in DISPUTING:
            raise PolicyRefusal("unknown_reason")
        return give_feedback(actor, signal, reason=reason, now=now)


def confirm_feedback(actor: Actor, feedback: Feedback, *, now: datetime) -> None:
    """Say that the member is right.  A confirmed false positive is lifted at once; anything else ends the signal.

    Raises PolicyRefusal: decided, what `check_dispute_decision` and `check_feedback_decision` raise.
    """
    with transaction.atomic():
        here, given = _before(actor, feedback, now)
        if given.reason in DISPUTING:
            _check_dispute(here, [given])
            here.verdict(Review.Verdict.LIFT, reason=given.reason)
            lift(here.dossier, reason=given.reason, now=now, out=here.out)
            here.note("lifted", reason=given.reason, mandate=here.judge.mandate)
        else:
            check_feedback_decision(here.judge, given.member.control_group, origins=_origins(here), ends=True)
            here.verdict(Review.Verdict.WITHDRAW, reason=given.reason)
            end(here.dossier, State.WITHDRAWN, reason=given.reason, now=now, out=here.out)
            here.note("withdrawn", reason=given.reason, mandate=here.judge.mandate)
        _decide(here, given, Feedback.Outcome.CONFIRMED)
        # The signal is gone for all, so whoever else objected was right in the end.
        here.signal.feedback.filter(outcome=Feedback.Outcome.OPEN).update(
            outcome=Feedback.Outcome.CONFIRMED, decided_by=here.person, decided_at=now
        )
        here.log("feedback_confirmed", reason=given.reason, lifted=here.signal.lifted)
        here.out.send(now=now)


def dismiss_feedback(actor: Actor, feedback: Feedback, *, now: datetime) -> None:
    """Say that the member is not right.  When no objection is left, a disputed signal is upheld.

    Raises PolicyRefusal: decided, what `check_dispute_decision` and `check_feedback_decision` raise.
    """
    with transaction.atomic():
        here, given = _before(actor, feedback, now)
        if given.reason in DISPUTING:
            _check_dispute(here, [given])
        else:
            check_feedback_decision(here.judge, given.member.control_group, origins=_origins(here), ends=False)
        _dismiss(here, [given])
        here.out.send(now=now)


def uphold(actor: Actor, signal: Signal | UUID, *, now: datetime) -> None:
    """Decide a dispute for the signal: all open objections are dismissed and its state is what it was.

    Raises what `check_dispute_decision` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        given = _open_objections(here)
        _check_dispute(here, given)
        _dismiss(here, given)
        here.out.send(now=now)


def _before(actor: Actor, feedback: Feedback, now: datetime) -> tuple[Bench, Feedback]:
    """The reviewer before the signal and the feedback, resolved through the signal that the reviewer may see."""
    here = bench(actor, feedback.signal_id, now=now)
    given: Feedback = here.signal.feedback.select_related("member").get(pk=feedback.pk)
    if given.outcome != Feedback.Outcome.OPEN or given.episode != here.signal.episode:
        raise PolicyRefusal("decided")
    return here, given


def _open_objections(here: Bench) -> list[Feedback]:
    return list(
        here.signal.feedback.filter(
            outcome=Feedback.Outcome.OPEN, episode=here.signal.episode, reason__in=[r.value for r in DISPUTING]
        ).select_related("member")
    )


def _check_dispute(here: Bench, given: list[Feedback]) -> None:
    first = here.dossier.first_approval
    check_dispute_decision(
        here.judge,
        here.state,
        lifted=here.signal.lifted,
        first_reviewer=first.person_id if first else None,
        complainants={one.member.control_group for one in given},
    )


def _dismiss(here: Bench, given: list[Feedback]) -> None:
    for one in given:
        _decide(here, one, Feedback.Outcome.DISMISSED)
        here.out.objection(here.signal, one, at=next_version(here.now, one.at), withdrawn=True)
        here.log("feedback_dismissed", reason=one.reason)
    if here.state is State.DISPUTED and not _open_objections(here):
        here.verdict(Review.Verdict.UPHOLD)
        settle(here.dossier, now=here.now, out=here.out)
        here.note("upheld", mandate=here.judge.mandate)
        here.log("upheld", state=here.signal.state, ceiling=here.signal.ceiling)


def _decide(here: Bench, given: Feedback, outcome: Feedback.Outcome) -> None:
    given.outcome, given.decided_by, given.decided_at = outcome, here.person, here.now
    given.save(update_fields=["outcome", "decided_by", "decided_at"])


def _count_sightings(here: Bench, given: Feedback) -> None:
    moments = list(
        here.signal.feedback.filter(reason=FeedbackReason.SEEN.value, episode=here.signal.episode)
        .order_by("at")
        .values_list("at", flat=True)
    )
    here.out.seen(here.signal, count=len(moments), first=moments[0], last=max(given.at, moments[-1]))


def _origins(here: Bench) -> set[Mandate]:
    return {Mandate(word) for word in here.signal.origins}
