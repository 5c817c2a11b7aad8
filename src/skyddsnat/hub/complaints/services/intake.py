"""A complaint comes in: it joins the case of its name, and the blocks behind that are held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.complaints.limits import AHEAD, JOINS_WITHIN, complaints_an_hour
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.members.models import Coalition
from skyddsnat.hub.signals.queries.blocks import blocks_of_name, blocks_of_reference
from skyddsnat.hub.signals.services import hold_for_complaint
from skyddsnat.policy.complaints import CONTACT_KEPT, OLDEST, Outcome
from skyddsnat.policy.errors import PolicyRefusal

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor
    from skyddsnat.hub.signals.models import Signal
    from skyddsnat.protocols import complaint as wire

HOUR = timedelta(hours=1)


def receive(actor: Actor, given: wire.Complaint, *, now: datetime) -> Complaint:
    """Take in what a member's stop page hands over.  The same complaint again is the one that is there.

    What it came to is not told to the machine: an answer that differs for a listed name would be a way to ask for the list.
    Raises PolicyRefusal: machines_only; too_many_complaints: the stop page keeps it and tries again.
    """
    member = actor.member_id
    if member is None:
        raise PolicyRefusal("machines_only")
    with transaction.atomic():
        # One complaint at a time: the same one, handed in again before the first was answered, would otherwise be new twice, and
        # two members' complaints about one name would each open its case.  There are few, and each is short.
        Coalition.objects.select_for_update(no_key=True).get()
        known = Complaint.objects.filter(member_id=member, key=given.id).first()
        if known is not None:
            return known
        recent = Complaint.objects.filter(member_id=member, received_at__gt=now - HOUR)
        if recent.count() >= complaints_an_hour():
            raise PolicyRefusal("too_many_complaints")
        blocks = hold_for_complaint(actor, [signal.pk for signal in _blocks(member, given)], now=now)
        sent_at = min(max(given.at, now - OLDEST), now) if given.at < now + AHEAD else now
        case = _case(given, blocks, sent_at=sent_at, now=now)
        made = Complaint.objects.create(
            key=given.id,
            case=case,
            member_id=member,
            reason=given.reason.value,
            by=Complaint.By.ENTRY if given.entry else Complaint.By.NAME,
            language=given.language,
            sent_at=sent_at,
            received_at=now,
            contact=given.contact,
            has_contact=bool(given.contact),
            contact_until=now + CONTACT_KEPT if given.contact else None,
        )
        record(
            actor,
            "complaint.received",
            kind="complaint",
            object_id=made.pk,
            reason=made.reason,
            by=made.by,
            count=len(blocks),
        )
        return made


def _blocks(member: str, given: wire.Complaint) -> list[Signal]:
    """What the member's agents block that the complaint is about, the nearest first."""
    return blocks_of_reference(member, given.entry) if given.entry else blocks_of_name(member, given.name)


def _case(given: wire.Complaint, blocks: Sequence[Signal], *, sent_at: datetime, now: datetime) -> Case:
    """The open case of these blocks, or a new one; of a name that nothing blocks, the latest answer or a new one.

    A case goes by one name, which stands on its page: only one that goes by a name of these blocks is joined, since another may
    be known to other circles alone.
    """
    if not blocks:
        return _unlisted(given.name or given.entry, sent_at=sent_at, now=now)
    names = sorted({signal.value for signal in blocks}, key=len, reverse=True)
    about = Case.objects.filter(decided_at=None, blocks__signal__in=blocks).order_by("opened_at").distinct()
    joined = next((case for case in about if case.value in names), None)
    case = joined or _open(names[0]) or Case.objects.create(value=names[0], opened_at=sent_at)
    for signal in blocks:
        CaseBlock.objects.get_or_create(case=case, signal=signal, defaults={"held_at": now})
    return case


def _unlisted(value: str, *, sent_at: datetime, now: datetime) -> Case:
    earlier = (
        Case.objects.of_value(value).filter(outcome=Outcome.NOT_LISTED.value, decided_at__gt=now - JOINS_WITHIN).first()
    )
    return earlier or Case.objects.create(
        value=value, opened_at=sent_at, outcome=Outcome.NOT_LISTED.value, decided_at=now
    )


def _open(value: str) -> Case | None:
    found: Case | None = Case.objects.of_value(value).filter(decided_at=None).first()
    return found
