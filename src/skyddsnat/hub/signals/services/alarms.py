"""A canary has come back: coordinators are told, whoever handed it in is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.queries import roles_of
from skyddsnat.hub.signals.canaries import marker_of
from skyddsnat.hub.signals.models import CanaryMet
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.policy.canaries import ClosedAs, check_closing
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import normalise

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.members.models import Member


MOST_OPEN = 100
"""Alarms of one member that nobody has dealt with."""


def canaries_met(actor: Actor, drafts: Iterable[SignalDraft], *, channel: str, now: datetime) -> int:
    """Keep that these drafts, which the gate has refused as canaries, were handed in.  Returns how many alarms that made.

    What rings already rings no second time, and of one member there is a limit: it is asked about long before.
    """
    forms = [normalise(draft.type, draft.text, hash_kind=draft.hash_kind) for draft in drafts]
    met = {marker_of(form.type, form.value) for form in forms}
    if not met or actor.member_id is None:
        return 0
    with transaction.atomic():
        ringing = CanaryMet.objects.filter(member_id=actor.member_id, closed_at=None).values_list("marker", "channel")
        known = set(ringing)
        markers = sorted(marker for marker in met if (marker, channel) not in known)[: max(0, MOST_OPEN - len(known))]
        if not markers:
            return 0
        made = [
            CanaryMet.objects.create(
                marker=marker, member_id=actor.member_id, person_id=actor.person_id, channel=channel, at=now
            )
            for marker in markers
        ]
        record(actor, "canary.met", kind="canary", object_id=made[0].pk, channel=channel, marks=len(markers))
    return len(markers)


def close_alarm(actor: Actor, alarm: int, *, leak: Member | None, reason: str, now: datetime) -> None:
    """A coordinator has dealt with it; every auditor of the coalition reads who, and how.

    leak: the member that took out the list which the mark is of, None for an unknown one; who knows the exports says it
    (lists.services.close_alarm).  Raises CanaryMet.DoesNotExist; PolicyRefusal: unknown_reason, what `check_closing` raises.
    """
    with transaction.atomic():
        person = person_of(actor)
        owner = leak.control_group if leak is not None else None
        check_closing(roles_of(person), person.member.control_group, leaked_by=owner)
        if reason not in set(ClosedAs):
            raise PolicyRefusal("unknown_reason")
        found = CanaryMet.objects.select_for_update().get(pk=alarm, closed_at=None)
        found.closed_by, found.closed_at, found.closed_as = person, now, reason
        found.save(update_fields=["closed_by", "closed_at", "closed_as"])
        of = leak.pk if leak is not None else ""
        record(actor, "canary.closed", kind="leak", object_id=found.pk, of=of, reason=reason)
