"""What ends a signal or keeps it: withdrawal, renewal, the one clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.signals.limits import CLAIM_HOLDS
from skyddsnat.hub.signals.models import Feedback, Review, Signal
from skyddsnat.hub.signals.services.dossier import Dossier, open_dossiers
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.review import Bench, bench
from skyddsnat.hub.signals.services.settling import auditors_of, end, note, settle
from skyddsnat.hub.signals.services.weight import weigh
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import (
    Withdrawal,
    WithdrawReason,
    check_renewal,
    check_withdrawal,
)
from skyddsnat.policy.signal_states import LIVE
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

SWEEP = 200
"""Signals that one transaction of the sweeper ends: short enough that nobody waits for it."""


def withdraw(
    actor: Actor, signal: Signal | UUID, *, reason: str, now: datetime, only: Withdrawal | None = None
) -> Withdrawal:
    """Take back the member's report (before a verdict) or the mandate's verdict (after it).

    A verdict's withdrawal is told as revoked versions at once.  If another mandate's verdict stands, the signal stays known at
    that one's ceiling, under a new id.  Raises PolicyRefusal: unknown_reason, what `check_withdrawal` raises.
    """
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        if reason not in set(WithdrawReason):
            raise PolicyRefusal("unknown_reason")
        own = here.dossier.report_of(here.person.member_id)
        what = check_withdrawal(
            here.judge,
            here.state,
            verified=here.signal.verified_at is not None,
            origins={Mandate(word) for word in here.signal.origins},
            reported=own is not None and own.retracted_at is None,
        )
        if only is not None and what is not only:
            raise PolicyRefusal("not_meant", what)
        if what is Withdrawal.VERDICT:
            _withdraw_verdict(here, reason)
        else:
            _take_back_report(here, reason)
        here.out.send(now=now)
        return what


def _withdraw_verdict(here: Bench, reason: str) -> None:
    mandate = here.judge.mandate
    here.verdict(Review.Verdict.WITHDRAW, reason=reason)
    others = [a for a in here.dossier.approvals if a.mandate and a.mandate != mandate]
    if here.signal.lifted or not others:
        end(here.dossier, State.WITHDRAWN, reason=reason, now=here.now, out=here.out)
        here.note("withdrawn", reason=reason, mandate=mandate)
    else:
        # Confirmations of the scope fall too: they stood beside a verdict that is gone.
        for fallen in [a for a in here.dossier.approvals if a not in others]:
            fallen.standing = False
            fallen.save(update_fields=["standing"])
        here.dossier.approvals = others
        for report in here.dossier.standing_reports:
            if report.member.mandate == mandate:
                report.retracted_at, report.ended_as, report.ended_reason = here.now, State.WITHDRAWN.value, reason
                report.save(update_fields=["retracted_at", "ended_as", "ended_reason"])
        settle(here.dossier, now=here.now, out=here.out)
        here.note("fell", reason=reason, mandate=mandate, ceiling=here.signal.ceiling)
    Feedback.objects.filter(signal=here.signal, outcome=Feedback.Outcome.OPEN).update(
        outcome=Feedback.Outcome.CONFIRMED, decided_by=here.person, decided_at=here.now
    )
    here.log("withdrawn", reason=reason, mandate=mandate, ceiling=here.signal.ceiling)


def _take_back_report(here: Bench, reason: str) -> None:
    own = here.dossier.report_of(here.person.member_id)
    others = [report for report in here.dossier.standing_reports if report is not own]
    if own is None or not others:
        end(here.dossier, State.WITHDRAWN, reason=reason, now=here.now, out=here.out)
        here.note("withdrawn", reason=reason, own_report=True)
    else:
        own.retracted_at, own.ended_as, own.ended_reason = here.now, State.WITHDRAWN.value, reason
        own.save(update_fields=["retracted_at", "ended_as", "ended_reason"])
        here.note("taken_back", confidential=True, reason=reason)
    # Who had reported is not the circle's to know, so this is for the own auditors alone, and of what the member could see.
    here.log("report_withdrawn", confidential=True, reason=reason)
    if own is not None and others:
        if here.state is not State.DISPUTED:
            settle(here.dossier, now=here.now, out=here.out)
        else:
            weigh(here.dossier)
            here.signal.save(update_fields=["reports"])
        here.out.fate(here.dossier, only=own)


def renew(actor: Actor, signal: Signal | UUID, *, basis: Basis, now: datetime) -> None:
    """Say that a verified signal still holds: its clock starts anew.  Raises what `check_renewal` raises."""
    with transaction.atomic():
        here = bench(actor, signal, now=now)
        origins = {Mandate(word) for word in here.signal.origins}
        check_renewal(here.judge, here.state, origins=origins, basis=basis)
        here.verdict(Review.Verdict.RENEW, basis=basis.value)
        settle(here.dossier, now=now, out=here.out, reviewed=True)
        here.note("renewed", mandate=here.judge.mandate)
        here.log("renewed", basis=basis.value)
        here.out.send(now=now)


@dataclass(frozen=True, slots=True)
class Swept:
    """What the clock did."""

    expired: int
    released: int


def sweep(now: datetime) -> Swept:
    """End what has passed its `valid_until`, as revoked versions, and put back what a reviewer has kept too long."""
    expired, closed = 0, set[UUID]()
    while batch := _expire_some(now, closed):
        expired += batch
    released = Signal.objects.filter(claimed_at__lte=now - CLAIM_HOLDS).update(claimed_by=None, claimed_at=None)
    return Swept(expired - len(closed), released)


def _expire_some(now: datetime, closed: set[UUID]) -> int:
    """How many of the next ones have ended.  closed: those that do not open, which wait for an operator and stop no others."""
    with transaction.atomic():
        due = Signal.objects.filter(state__in=[s.value for s in LIVE], lifted=False, valid_until__lte=now).exclude(
            pk__in=closed
        )
        # What somebody is changing right now is left to the next round: to wait with rows in hand could lock both for ever.
        rows = list(due.select_for_update(skip_locked=True).order_by("pk")[:SWEEP])
        closed.update(row.pk for row in rows if not opens(row, "value"))
        out = Outbox()
        for dossier in open_dossiers(row for row in rows if row.pk not in closed).values():
            _expire(dossier, now=now, out=out)
        out.send(now=now)
        return len(rows)


def _expire(dossier: Dossier, *, now: datetime, out: Outbox) -> None:
    signal = dossier.signal
    was = Ceiling.from_wire(signal.ceiling)
    end(dossier, State.EXPIRED, reason="", now=now, out=out)
    note(signal, "expired", actor=HUB, at=now)
    record(HUB, "signal.expired", kind="signal", object_id=signal.pk, circle=auditors_of(signal), was=was.wire)
