"""What this person may do with this signal now: the buttons on its page.  Policy answers; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import CharField, IntegerField, QuerySet, UUIDField

from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.models import Feedback
from skyddsnat.hub.signals.services.dossier import open_dossier
from skyddsnat.hub.signals.services.hands import judge_of
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy import feedback as feedback_policy
from skyddsnat.policy import review
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.feedback import DISPUTING, FeedbackReason
from skyddsnat.policy.review import Check
from skyddsnat.policy.vocabulary import Basis, Mandate, Scope, SignalType, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models import Signal


@dataclass(frozen=True, slots=True)
class Acts:
    """What is open to the person.  why_not_review: the code of what stands in the way of a judgement, "" if nothing does."""

    review: bool
    why_not_review: str
    withdraw: str  # "report", "verdict" or ""
    renew: bool
    decide: bool
    rescope: bool
    feedback: tuple[str, ...]
    bases: tuple[Basis, ...]
    checks: tuple[Check, ...]
    reasons: tuple[str, ...]
    approvals: int
    needs_two: bool


NO_ACTS: Final = Acts(
    review=False, why_not_review="", withdraw="", renew=False, decide=False, rescope=False,
    feedback=(), bases=(), checks=(), reasons=(), approvals=0, needs_two=True,
)  # fmt: skip
"""On a signal whose value cannot be opened: nobody may judge what nobody can read."""


def acts_on(person: Person, signal: Signal) -> Acts:
    """All questions to policy at once."""
    if not opens(signal, "value"):
        return NO_ACTS
    judge, dossier, state = judge_of(person), open_dossier(signal), State(signal.state)
    episode, scope = dossier.episode(), Scope(signal.scope)
    here = signal.circle_id in circles_of(person.member_id)
    origins = {Mandate(word) for word in signal.origins}
    own = dossier.report_of(person.member_id)
    said = {reason for (reason,) in _said(signal=signal.pk, episode=signal.episode, member=person.member_id)}
    objections = [group for (group,) in _objections(signal=signal.pk, episode=signal.episode)]
    first = dossier.first_approval
    bases = review.bases_for(judge.mandate)
    why = _refusal(lambda: review.check_may_review(judge, episode, state)) if here else "not_a_reviewer"
    reasons = review.RejectReason if judge.mandate else review.REASONS_WITHOUT_MANDATE

    def withdrawal() -> str:
        reported = own is not None and own.retracted_at is None
        verified = signal.verified_at is not None
        return review.check_withdrawal(judge, state, verified=verified, origins=origins, reported=reported).value

    return Acts(
        review=not why,
        why_not_review=why,
        withdraw=_answer(withdrawal) if here else "",
        renew=here
        and bool(bases)
        and not _refusal(lambda: review.check_renewal(judge, state, origins=origins, basis=bases[0])),
        decide=here
        and not _refusal(
            lambda: review.check_dispute_decision(
                judge,
                state,
                lifted=signal.lifted,
                first_reviewer=first.person_id if first else None,
                complainants=objections,
            )
        ),
        rescope=here
        and signal.type == SignalType.DOMAIN.value
        and not _refusal(
            lambda: review.check_rescope(judge, episode, state, scope=scope, wanted=_other(scope)),
        ),
        feedback=tuple(
            reason.value
            for reason in FeedbackReason
            if here and not _refusal(lambda r=reason: _ask_feedback(judge, state, signal, r, said))  # type: ignore[misc]
        ),
        bases=bases,
        checks=review.checklist(SignalType(signal.type), scope, judge.mandate),
        reasons=tuple(reason.value for reason in review.RejectReason if reason in reasons),
        approvals=len(dossier.approvals),
        needs_two=signal.type == SignalType.DOMAIN.value,
    )


def _feedback() -> QuerySet[Feedback]:
    """What members say of a signal in one episode."""
    rows = Feedback.objects.filter(signal_id=Slot("signal", UUIDField()), episode=Slot("episode", IntegerField()))
    return rows.order_by()


_said = Prepared(lambda: _feedback().filter(member_id=Slot("member", CharField())).values_list("reason"))
_objections = Prepared(
    lambda: (
        _feedback()
        .filter(outcome=Feedback.Outcome.OPEN, reason__in=list(DISPUTING))
        .values_list("member__control_group")
    )
)


def _ask_feedback(judge: review.Judge, state: State, signal: Signal, reason: FeedbackReason, said: set[str]) -> None:
    feedback_policy.check_feedback(judge, state, lifted=signal.lifted, reason=reason, said=said)


def _other(scope: Scope) -> Scope:
    return Scope.EXACT if scope is Scope.SUBDOMAINS else Scope.SUBDOMAINS


def _refusal(check: Callable[[], object]) -> str:
    try:
        check()
    except PolicyRefusal as refused:
        return refused.code
    return ""


def _answer(check: Callable[[], str]) -> str:
    try:
        return check()
    except PolicyRefusal:
        return ""
