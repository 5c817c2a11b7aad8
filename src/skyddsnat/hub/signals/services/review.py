"""Judging: claim, approve, reject, send back, change the scope (DESIGN § 5; rules in policy.review)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.limits import CLAIM_HOLDS
from skyddsnat.hub.signals.models import Review, Signal
from skyddsnat.hub.signals.services.dossier import Dossier, content_of, open_dossier
from skyddsnat.hub.signals.services.hands import judge_of, person_of, take
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.settling import auditors_of, end, note, settle
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import (
    Ballot,
    Judge,
    Rejection,
    RejectReason,
    check_approval,
    check_may_review,
    check_rejection,
    check_rescope,
)
from skyddsnat.policy.signal_states import Standing
from skyddsnat.policy.vocabulary import Basis, Ceiling, Scope, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


@dataclass(slots=True)
class Bench:
    """One reviewer before one locked signal."""

    actor: Actor
    person: Person
    judge: Judge
    dossier: Dossier
    now: datetime
    out: Outbox = field(default_factory=Outbox)

    @property
    def signal(self) -> Signal:
        """What is judged."""
        return self.dossier.signal

    @property
    def state(self) -> State:
        """Where it stands as the reviewer comes to it."""
        return State(self.signal.state)

    def log(self, action: str, *, confidential: bool = False, **facts: Any) -> None:
        """Into the audit log; auditors of the circle's members read of what is published.

        confidential: it tells which member reported or objected, so only that member's own auditors read it.
        """
        circle = None if confidential else auditors_of(self.signal)
        record(self.actor, f"signal.{action}", kind="signal", object_id=self.signal.pk, circle=circle, **facts)

    def note(self, kind: str, *, confidential: bool = False, **facts: Any) -> None:
        """Into the history on the signal's page."""
        note(self.signal, kind, actor=self.actor, at=self.now, confidential=confidential, **facts)

    def verdict(
        self, verdict: Review.Verdict, *, reason: str = "", basis: str = "", ticked: Iterable[str] = ()
    ) -> Review:
        """Put the judgement on record."""
        review = new_row(
            Review,
            signal_id=self.signal.pk,
            episode=self.signal.episode,
            person_id=self.person.pk,
            member_id=self.person.member_id,
            mandate=self.judge.mandate.value if self.judge.mandate else "",
            verdict=verdict,
            basis=basis,
            reason=reason,
            checklist=sorted(ticked),
            content=content_of(self.signal),
            standing=verdict is Review.Verdict.APPROVE,
            at=self.now,
        )
        review.signal, review.person, review.member = self.signal, self.person, self.person.member
        add_row(review)
        return review

    def drop_approvals(self) -> None:
        """Approvals that stand fall."""
        for approval in self.dossier.approvals:
            approval.standing = False
            approval.save(update_fields=["standing"])
        self.dossier.approvals = []

    def refuse_claimed(self) -> None:
        """Raises PolicyRefusal("claimed_by_other") while someone else is at it."""
        if claim_holds(self.signal, now=self.now) and self.signal.claimed_by_id != self.person.pk:
            raise PolicyRefusal("claimed_by_other")


def bench(actor: Actor, signal: Signal | UUID, *, now: datetime) -> Bench:
    """The reviewer before the locked signal.  Raises PolicyRefusal("people_only") and Signal.DoesNotExist."""
    person = person_of(actor)
    return Bench(actor, person, judge_of(person), open_dossier(take(person, signal)), now)


def claim_holds(signal: Signal, *, now: datetime) -> bool:
    """Whether a reviewer has the signal to themselves."""
    return signal.claimed_at is not None and now < signal.claimed_at + CLAIM_HOLDS


def seal_of(signal: Signal) -> str:
    """What a review page carries in place of the content's hash, so that an approval binds to what the reviewer saw.

    Keyed with the hub's secret: from the bare hash a guessed value could be told right or wrong.
    """
    return salted_hmac("signals.review", content_of(signal), algorithm="sha256").hexdigest()


def claim(actor: Actor, signal: Signal | UUID, *, now: datetime) -> None:
    """Take a signal up, for half an hour; others then leave it alone.

    Raises PolicyRefusal: what `check_may_review` raises, claimed_by_other.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        check_may_review(here.judge, here.dossier.episode(), here.state)
        here.refuse_claimed()
        here.signal.claimed_by, here.signal.claimed_at = here.person, now
        if here.state is State.SUBMITTED:
            here.signal.state = State.IN_REVIEW.value
            settle(here.dossier, now=now, out=here.out)
        else:
            here.signal.save(update_fields=["claimed_by", "claimed_at"])
        here.note("claimed", confidential=True)
        here.log("claimed")
        here.out.send(now=now)


def release(actor: Actor, signal: Signal | UUID, *, now: datetime) -> None:
    """Put a claimed signal back.  Raises PolicyRefusal("not_claimed") when it is not this person's."""
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        if here.signal.claimed_by_id != here.person.pk:
            raise PolicyRefusal("not_claimed")
        here.signal.claimed_by = here.signal.claimed_at = None
        here.signal.save(update_fields=["claimed_by", "claimed_at"])
        here.note("released", confidential=True)
        here.log("released")


def approve(
    actor: Actor,
    signal: Signal | UUID,
    *,
    basis: Basis | None,
    checklist: Iterable[str],
    now: datetime,
    seal: str | None = None,
) -> Standing:
    """Say yes.  What it leads to stands in the answer: one of two approvals, or verified and published.

    basis: on what a mandate's verdict rests; None from a reviewer without one.  seal: from the page that was judged (`seal_of`).
    Raises PolicyRefusal: what `check_approval` raises, claimed_by_other, protected_name.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        here.refuse_claimed()
        if seal is not None and not constant_time_compare(seal, seal_of(here.signal)):
            raise PolicyRefusal("changed_meanwhile")
        ticked = frozenset(checklist)
        content = content_of(here.signal)
        ballot = Ballot(content, ticked, basis)
        check_approval(here.judge, here.dossier.episode(), here.state, scope=Scope(here.signal.scope), ballot=ballot)
        if here.dossier.protected:
            raise PolicyRefusal("protected_name")
        here.signal.claimed_by = here.signal.claimed_at = None
        if here.signal.ceiling != Ceiling.BLOCK.wire:
            here.dossier.let_go()  # nothing comes to be blocked on a hand that is gone
        review = here.verdict(Review.Verdict.APPROVE, basis=basis.value if basis else "", ticked=ticked)
        here.dossier.approvals.append(review)
        found = settle(here.dossier, now=now, out=here.out, reviewed=here.judge.mandate is not None)
        here.note("approved", confidential=True, mandate=review.mandate, basis=review.basis)
        if found.state is State.VERIFIED:
            here.note("verified", origins=here.signal.origins, ceiling=here.signal.ceiling)
        here.log("approved", basis=review.basis, checklist=review.checklist, episode=here.signal.episode)
        if found.state is State.VERIFIED:
            here.log("verified", origins=here.signal.origins, ceiling=here.signal.ceiling)
        here.out.send(now=now)
        return found


def reject(actor: Actor, signal: Signal | UUID, *, reason: str, now: datetime) -> Rejection:
    """Say no, with a fixed reason.

    A mandate's no ends the episode: rejected, or withdrawn if the circle has seen it.  A second pair of eyes sends it back.
    Raises PolicyRefusal: unknown_reason, claimed_by_other, what `check_rejection` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        if reason not in set(RejectReason):
            raise PolicyRefusal("unknown_reason")
        here.refuse_claimed()
        outcome = check_rejection(here.judge, here.dossier.episode(), here.state, reason=RejectReason(reason))
        here.signal.claimed_by = here.signal.claimed_at = None
        here.drop_approvals()
        if outcome is Rejection.FINAL:
            here.verdict(Review.Verdict.REJECT, reason=reason)
            state = State.WITHDRAWN if here.signal.published_at else State.REJECTED
            end(here.dossier, state, reason=reason, now=now, out=here.out)
            here.note("rejected", reason=reason, mandate=here.judge.mandate)
        else:
            here.verdict(Review.Verdict.SEND_BACK, reason=reason)
            settle(here.dossier, now=now, out=here.out)
            here.note("sent_back", confidential=True, reason=reason)
        here.log("rejected" if outcome is Rejection.FINAL else "sent_back", reason=reason)
        here.out.send(now=now)
        return outcome


def rescope(actor: Actor, signal: Signal | UUID, *, scope: Scope, now: datetime) -> None:
    """Narrow or widen a domain before a verdict.  Approvals of what it said before fall.

    Raises PolicyRefusal: claimed_by_other, protected_name, what `check_rescope` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        here.refuse_claimed()
        was = Scope(here.signal.scope)
        check_rescope(here.judge, here.dossier.episode(), here.state, scope=was, wanted=scope)
        here.signal.scope = scope.value
        if open_dossier(here.signal).protected:
            raise PolicyRefusal("protected_name")
        here.drop_approvals()
        settle(here.dossier, now=now, out=here.out)
        here.note("rescoped", confidential=True, scope=scope.value)
        here.log("rescoped", was=was.value, scope=scope.value)
        here.out.send(now=now)
