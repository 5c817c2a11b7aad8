"""Hands that are gone: an account closed, a role or mandate taken away, a member out of the circle (settings.HANDS_GONE).

What they approved and nobody has decided yet waits as if they had not (policy.review.still_counts).
"""

from __future__ import annotations

from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle
from skyddsnat.hub.members.queries import hand_of
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride, Review, Signal
from skyddsnat.hub.signals.services.dossier import approvals, may_still, open_dossiers
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.settling import auditors_of, note, settle
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.four_eyes import may_propose_override, may_propose_rule
from skyddsnat.policy.signal_states import OPEN

AT_ONCE = 500


@transaction.atomic
def let_go(member_id: str, *, now: datetime) -> None:
    """Let the undecided approvals of this member's people fall that could not be given today, and settle what rested on them.

    At once and for good: the queues show what each signal waits for, and none comes back when a person is let in again.  So it is
    with what they proposed and nobody has confirmed.
    """
    _end_proposals(member_id, now=now)
    undecided = Q(member_id=member_id, signal__state__in=[state.value for state in OPEN])
    fallen = {review.pk: review.signal_id for review in approvals(undecided) if not may_still(review)}
    if not fallen:
        return
    list(Circle.objects.select_for_update(no_key=True).order_by("pk"))  # behind all hand-ins, which lock many rows too
    for some in batched(fallen, AT_ONCE, strict=False):
        Review.objects.filter(pk__in=some).update(standing=False)
    for signals in batched(sorted({*fallen.values()}), AT_ONCE, strict=False):
        _settle(signals, member_id, now=now)


def _end_proposals(member_id: str, *, now: datetime) -> None:
    theirs = Q(confirmed_at=None, ended_at=None, proposed_by__member_id=member_id)
    # Locked, for one that is being confirmed is no proposal any more: to end it takes what rests on it down (pairs).
    for override in _locked(ProtectOverride.objects.filter(theirs)):
        if not may_propose_override(hand_of(override.proposed_by)):
            override.ended_at = now
            override.save(update_fields=["ended_at"])
            why = override.protection
            record(HUB, "override.ended", kind="override", object_id=override.pk, protection=why, of=member_id)
    for rule in _locked(BlockRule.objects.filter(theirs)):
        if not may_propose_rule(hand_of(rule.proposed_by)):
            rule.ended_at = now
            rule.save(update_fields=["ended_at"])
            record(HUB, "rule.ended", kind="rule", object_id=rule.pk, type=rule.type, of=member_id)


def _locked[Row: Model](proposals: QuerySet[Row]) -> QuerySet[Row]:
    return proposals.select_for_update(of=("self",)).select_related("proposed_by__member").order_by("pk")


def _settle(signals: tuple[UUID, ...], member_id: str, *, now: datetime) -> None:
    rows = list(Signal.objects.filter(pk__in=signals).select_for_update().order_by("pk"))
    out = Outbox()
    # One that cannot be opened waits for an operator; its approval has fallen all the same.
    for dossier in open_dossiers(row for row in rows if opens(row, "value")).values():
        settle(dossier, now=now, out=out)
        note(dossier.signal, "hand_gone", actor=HUB, at=now, confidential=True)
    for row in rows:
        record(HUB, "signal.hand_gone", kind="signal", object_id=row.pk, circle=auditors_of(row), of=member_id)
    out.send(now=now)
