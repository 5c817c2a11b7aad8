"""What two persons of two organisations decide together: overrides of the protect list, and rules on hotlines' verdicts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.members.queries import hand_of
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride, Signal
from skyddsnat.hub.signals.services.dossier import open_dossiers
from skyddsnat.hub.signals.services.gate import Gate, check_text
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.hub.signals.services.publishing import Outbox
from skyddsnat.hub.signals.services.settling import auditors_of, note, settle
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import (
    check_override_confirmation,
    check_override_end,
    check_override_proposal,
    check_rule_confirmation,
    check_rule_proposal,
)
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.protect import ProtectMode
from skyddsnat.policy.signal_states import standing
from skyddsnat.policy.vocabulary import Scope, SignalType, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

SHORTEST_REASON = 20
LONGEST_REASON = 600


def propose_override(
    actor: Actor, type: SignalType, text: str, *, scope: Scope, reason: str, now: datetime
) -> ProtectOverride:
    """Ask that a protected name may be reported.  It then still needs its reviewers, and each agent's own list decides anew.

    Raises PolicyRefusal: a reason of the normal form, a guard's code, reason_needed, no_role, not_protected, already_proposed.
    """
    form = normalise(type, text)
    scope = scope if type is SignalType.DOMAIN else Scope.EXACT
    _check_reason(reason)
    with transaction.atomic():
        person = person_of(actor)
        check_override_proposal(hand_of(person))
        found = Gate.of_today().protection(type, form.value, scope)
        if found is None or found.mode is not ProtectMode.STOP:
            raise PolicyRefusal("not_protected")
        try:
            with transaction.atomic():
                proposed = ProtectOverride.objects.create(
                    type=type.value,
                    value=form.value,
                    scope=scope.value,
                    protection=found.reason.value,
                    reason=reason.strip(),
                    proposed_by=person,
                    proposed_at=now,
                )
        except IntegrityError:
            raise PolicyRefusal("already_proposed") from None
        record(actor, "override.proposed", kind="override", object_id=proposed.pk, protection=found.reason.value)
        return proposed


def confirm_override(actor: Actor, override: UUID, *, now: datetime) -> ProtectOverride:
    """The second hand.  Raises PolicyRefusal: decided, what `check_override_confirmation` raises."""
    with transaction.atomic():
        person = person_of(actor)
        found = ProtectOverride.objects.select_for_update().get(pk=override)
        if found.confirmed_at is not None or found.ended_at is not None:
            raise PolicyRefusal("decided")
        check_override_confirmation(hand_of(_proposer(found)), hand_of(person))
        found.confirmed_by, found.confirmed_at = person, now
        found.save(update_fields=["confirmed_by", "confirmed_at"])
        record(actor, "override.confirmed", kind="override", object_id=found.pk, protection=found.protection)
        return found


def end_override(actor: Actor, override: UUID, *, now: datetime) -> None:
    """Turn a proposal down, or end an override: one hand is enough, since that only protects more.

    What was blocked on its strength falls at once.  Raises PolicyRefusal: decided, what `check_override_end` raises.
    """
    with transaction.atomic():
        person = person_of(actor)
        found = ProtectOverride.objects.select_for_update().get(pk=override)
        if found.ended_at is not None:
            raise PolicyRefusal("decided")
        check_override_end(hand_of(person), hand_of(_proposer(found)))
        found.ended_by, found.ended_at = person, now
        found.save(update_fields=["ended_by", "ended_at"])
        record(actor, "override.ended", kind="override", object_id=found.pk, protection=found.protection)
        _settle_again(actor, Signal.objects.with_values([(found.type, found.value)]), now=now)


def propose_block_rule(actor: Actor, type: SignalType, *, reason: str, now: datetime) -> BlockRule:
    """Propose that a hotline's verdict on a type reaches `block`.

    Raises PolicyRefusal: reason_needed, a guard's code, already_proposed, what `check_rule_proposal` raises.
    """
    _check_reason(reason)
    with transaction.atomic():
        person = person_of(actor)
        check_rule_proposal(hand_of(person), type)
        try:
            with transaction.atomic():
                rule = BlockRule.objects.create(
                    type=type.value, reason=reason.strip(), proposed_by=person, proposed_at=now
                )
        except IntegrityError:
            raise PolicyRefusal("already_proposed") from None
        record(actor, "rule.proposed", kind="rule", object_id=rule.pk, type=type.value)
        return rule


def confirm_block_rule(actor: Actor, rule: int, *, now: datetime) -> BlockRule:
    """The second hand: the rule holds from now, also for what is verified already.

    Raises PolicyRefusal: decided, what `check_rule_confirmation` raises.
    """
    with transaction.atomic():
        person = person_of(actor)
        found = BlockRule.objects.select_for_update().get(pk=rule)
        if found.confirmed_at is not None or found.ended_at is not None:
            raise PolicyRefusal("decided")
        proposer = Person.objects.select_related("member").get(pk=found.proposed_by_id)
        check_rule_confirmation(hand_of(proposer), hand_of(person), SignalType(found.type))
        found.confirmed_by, found.confirmed_at = person, now
        found.save(update_fields=["confirmed_by", "confirmed_at"])
        record(actor, "rule.confirmed", kind="rule", object_id=found.pk, type=found.type)
        _settle_again(actor, Signal.objects.filter(type=found.type), now=now)
        return found


def end_block_rule(actor: Actor, rule: int, *, now: datetime) -> None:
    """Turn a proposal down, or end a rule: one hand is enough, since less is blocked then.

    Raises PolicyRefusal: decided, what `check_rule_proposal` raises.
    """
    with transaction.atomic():
        person = person_of(actor)
        found = BlockRule.objects.select_for_update().get(pk=rule)
        if found.ended_at is not None:
            raise PolicyRefusal("decided")
        check_rule_proposal(hand_of(person), SignalType(found.type))
        found.ended_by, found.ended_at = person, now
        found.save(update_fields=["ended_by", "ended_at"])
        record(actor, "rule.ended", kind="rule", object_id=found.pk, type=found.type)
        if found.confirmed_at is not None:
            _settle_again(actor, Signal.objects.filter(type=found.type), now=now)


def _settle_again(actor: Actor, rows: SignalQuerySet, *, now: datetime) -> None:
    """Give verified signals the ceiling that today's rules and overrides leave them."""
    # Behind all hand-ins, which lock many rows too.
    list(Circle.objects.select_for_update(no_key=True).order_by("pk"))
    verified = rows.filter(state=State.VERIFIED.value).select_for_update().order_by("pk")
    out = Outbox()
    for dossier in open_dossiers(verified).values():
        signal, before = dossier.signal, dossier.signal.ceiling
        if standing(dossier.episode()).ceiling.wire == before:
            continue
        settle(dossier, now=now, out=out)
        note(signal, "ceiling_changed", actor=HUB, at=now, ceiling=signal.ceiling)
        facts = {"before": before, "ceiling": signal.ceiling}
        record(actor, "signal.ceiling_changed", kind="signal", object_id=signal.pk, circle=auditors_of(signal), **facts)
    out.send(now=now)


def _proposer(override: ProtectOverride) -> Person:
    return Person.objects.select_related("member").get(pk=override.proposed_by_id)


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise PolicyRefusal("reason_needed")
    check_text(reason, longest=LONGEST_REASON)
