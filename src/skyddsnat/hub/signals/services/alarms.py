"""A canary has come back: coordinators are told, whoever handed it in is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.signals.canaries import marker_of
from skyddsnat.hub.signals.models import CanaryMet
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.signals.services.hands import person_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor


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


def close_alarm(actor: Actor, alarm: int, *, now: datetime) -> None:
    """A coordinator has dealt with it.  Raises CanaryMet.DoesNotExist; PolicyRefusal: no_role."""
    with transaction.atomic():
        person = person_of(actor)
        if not person.is_active or not person.has_role(Role.COORDINATOR):
            raise PolicyRefusal("no_role")
        found = CanaryMet.objects.select_for_update().get(pk=alarm, closed_at=None)
        found.closed_by, found.closed_at = person, now
        found.save(update_fields=["closed_by", "closed_at"])
        record(actor, "canary.closed", kind="canary", object_id=found.pk)
