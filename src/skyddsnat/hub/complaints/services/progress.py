"""A lift arrives at the agents: worked out from where each says that it is, whenever one tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from skyddsnat.hub.agents.queries import reach_of
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.signals.services.settling import auditors_of


def note_arrivals(*, now: datetime) -> int:
    """Note where lifts that are on their way have arrived.  Returns how many have reached the last agent now."""
    if not CaseBlock.objects.filter(position__isnull=False, reached_at=None).exists():
        return 0
    arrived = 0
    with transaction.atomic():
        rows = CaseBlock.objects.filter(position__isnull=False, reached_at=None).select_related("case", "signal")
        for block in rows.select_for_update(of=("self",)).order_by("pk"):
            arrived += _look(block, now=now)
    return arrived


def lifted_here(case: Case, members: Iterable[str], *, now: datetime) -> None:
    """These members have lifted what their complaints in the case are about."""
    Complaint.objects.filter(case=case, member_id__in=list(members), lifted_here_at=None).update(lifted_here_at=now)


def _look(block: CaseBlock, *, now: datetime) -> bool:
    _, verified = feeds.feeds(block.signal.circle_id)
    reach = reach_of(verified.pk, block.position or 0)
    lifted_here(block.case, reach.members, now=now)
    if not reach.everywhere:
        return False
    block.reached_at = now
    block.save(update_fields=["reached_at"])
    record(
        HUB,
        "complaint.lifted_everywhere",
        kind="case",
        object_id=block.case_id,
        circle=auditors_of(block.signal),
        count=reach.agents,
    )
    return True
