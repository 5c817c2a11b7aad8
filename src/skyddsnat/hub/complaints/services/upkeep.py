"""What the clock does: contacts are erased at their end date, and cases whose block has ended by another way are closed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.complaints.services.judging import close_if_decided
from skyddsnat.hub.complaints.services.progress import note_arrivals
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.actor import HUB
from skyddsnat.policy.complaints import NAME_KEPT, Outcome, without_decision
from skyddsnat.policy.signal_states import FINAL
from skyddsnat.policy.vocabulary import State


@dataclass(frozen=True, slots=True)
class Tended:
    """How many contacts and names were erased, and blocks found ended."""

    erased: int
    names: int
    ended: int


def tend(now: datetime) -> Tended:
    """Repeating it changes nothing."""
    done = Tended(erased=_erase(now), names=_erase_names(now), ended=_close_ended(now))
    note_arrivals(now=now)
    return done


@transaction.atomic
def _erase(now: datetime) -> int:
    due = list(Complaint.objects.select_for_update().filter(contact_until__lte=now))
    for complaint in due:
        complaint.contact, complaint.contact_until = "", None
        complaint.save(update_fields=["contact", "contact_until"])
    for member, count in sorted(Counter(complaint.member_id for complaint in due).items()):
        record(HUB, "complaint.contacts_erased", kind="complaint", object_id="", of=member, count=count)
    return len(due)


@transaction.atomic
def _erase_names(now: datetime) -> int:
    """Names that nothing of ours blocks.  Those of listed ones go with their signals."""
    due = Case.objects.select_for_update().filter(
        outcome=Outcome.NOT_LISTED.value, decided_at__lte=now - NAME_KEPT, name_erased=False
    )
    rows = list(due)
    for case in rows:
        case.value, case.name_erased = "", True
        case.save(update_fields=["value", "value_index", "name_erased"])
    if rows:
        record(HUB, "complaint.names_erased", kind="coalition", object_id="complaints", count=len(rows))
    return len(rows)


@transaction.atomic
def _close_ended(now: datetime) -> int:
    """A verdict that was withdrawn, or a signal that ran out, lifts the block without anybody looking at the case."""
    ended = Q(signal__state__in=[state.value for state in FINAL]) | Q(signal__lifted=True, lifted_at=None)
    rows = list(CaseBlock.objects.select_for_update(of=("self",)).filter(ended, outcome="").select_related("signal"))
    for block in rows:
        _, verified = feeds.feeds(block.signal.circle_id)
        if block.lifted_at is None:
            block.lifted_at, block.position = block.signal.changed_at, feeds.last_position(verified.pk)
        block.outcome, block.decided_at = without_decision(State(block.signal.state)).value, now
        block.save(update_fields=["lifted_at", "position", "outcome", "decided_at"])
        close_if_decided(HUB, block.case_id, now=now)
    return len(rows)
