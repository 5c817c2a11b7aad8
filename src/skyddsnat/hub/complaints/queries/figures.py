"""How long each step takes, measured by the hub's own record and never typed in (catalogue: MET-OVB-01, -02, -03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from skyddsnat.hub.complaints.access import visible_blocks
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.policy.complaints import Outcome

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WRONG = (Outcome.LIFTED.value, Outcome.NARROWED.value)


@dataclass(frozen=True, slots=True)
class Steps:
    """Medians from the first complaint: to the lift, to the last agent, to the decision, and to a reply.  None: not one yet."""

    cases: int
    lifted: timedelta | None
    everywhere: timedelta | None
    decided: timedelta | None
    replied: timedelta | None


def steps(person: Person) -> Steps:
    """Of the cases that the person may see; replies of the own member's."""
    cases: QuerySet[Case] = Case.objects.visible_to(person)
    blocks = visible_blocks(person).select_related(None).filter(case__in=cases)
    own = Complaint.objects.filter(member_id=person.member_id, case__in=cases, replied_at__isnull=False)
    decided = cases.exclude(outcome=Outcome.NOT_LISTED.value).filter(decided_at__isnull=False)
    return Steps(
        cases=cases.count(),
        lifted=_median(blocks.filter(lifted_at__isnull=False).values_list("case__opened_at", "lifted_at")),
        everywhere=_median(blocks.filter(reached_at__isnull=False).values_list("case__opened_at", "reached_at")),
        decided=_median(decided.values_list("opened_at", "decided_at")),
        replied=_median(own.values_list("sent_at", "replied_at")),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """The catalogue's metrics of overblocking as the hub has measured them so far.

    confirmed, blocks: MET-OVB-01 of this calendar year, joint.  lifted, median: MET-OVB-02 of this quarter, the own member's.
    received: the numerator of MET-OVB-03 of this quarter; whoever knows the subscriptions divides by them.
    """

    year: int
    confirmed: int
    blocks: int
    received: int
    lifted: int
    median: timedelta | None


def measured(person: Person, *, now: datetime) -> Measured:
    """The joint figure, which is public, and the own member's."""
    today = now.astimezone(STOCKHOLM)
    confirmed, blocks = confirmed_in_year(today.year)
    first = datetime(today.year, (today.month - 1) // 3 * 3 + 1, 1, tzinfo=STOCKHOLM)
    lifted, middle = corrections(person.member_id, first=first, last=now)
    received = received_by(person.member_id, first=first, last=now).count()
    return Measured(today.year, confirmed, blocks, received, lifted, middle)


def confirmed_in_year(year: int) -> tuple[int, int]:
    """MET-OVB-01 from the joint queue: cases in which the publisher confirmed an error, and the blocks that they concern.

    One case may concern several members, so the coalition's figure is this one and not a sum of theirs.
    """
    first, last = datetime(year, 1, 1, tzinfo=STOCKHOLM), datetime(year + 1, 1, 1, tzinfo=STOCKHOLM)
    found = Case.objects.filter(outcome__in=WRONG, decided_at__gte=first, decided_at__lt=last)
    blocks = CaseBlock.objects.filter(case__in=found, outcome__in=WRONG)
    return found.count(), blocks.count()


def corrections(member_id: str, *, first: datetime, last: datetime) -> tuple[int, timedelta | None]:
    """MET-OVB-02: of complaints that came to the member in [first, last), how many were lifted there, and the median time."""
    rows = received_by(member_id, first=first, last=last).filter(lifted_here_at__isnull=False)
    return rows.count(), _median(rows.values_list("sent_at", "lifted_here_at"))


def received_by(member_id: str, *, first: datetime, last: datetime) -> QuerySet[Complaint]:
    """The numerator of MET-OVB-03: complaints that came to the member in [first, last)."""
    return Complaint.objects.filter(member_id=member_id, sent_at__gte=first, sent_at__lt=last)


def _median(pairs: Iterable[tuple[datetime, datetime | None]]) -> timedelta | None:
    seconds = [(until - since).total_seconds() for since, until in pairs if until is not None]
    return timedelta(seconds=median(seconds)) if seconds else None
