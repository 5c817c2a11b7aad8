"""What My work shows of signals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from skyddsnat.hub.paging import count_up_to
from skyddsnat.hub.signals.limits import EXPIRES_SOON
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.hub.signals.queries.listing import on_visible
from skyddsnat.policy.vocabulary import Role, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet


FEW = 500
"""Reports that are sorted faster than the latest signals are looked through for them."""


def my_submissions(person: Person, *, most: int) -> list[Submission]:
    """What the person's member has reported and may still see, the latest change first; at most so many.

    Of many reports, the latest signals settle which ones they are: read in their order, some dozen rows are enough.
    """
    own = Submission.objects.filter(member_id=person.member_id)
    rows = own.filter(on_visible(person)).select_related("signal", "signal__circle", "person")
    if count_up_to(own, FEW) > FEW:
        signals = Signal.objects.visible_to(person).filter(Exists(own.filter(signal=OuterRef("pk"))))
        latest = list(signals.order_by("-changed_at").values_list("pk", flat=True)[:most])
        rows = rows.filter(signal__in=latest)
    return list(rows.order_by("-signal__changed_at", "-at")[:most])


def my_submissions_count(person: Person, *, most: int) -> int:
    """How many reports those are in all; most + 1 where there are more."""
    return count_up_to(Submission.objects.filter(on_visible(person), member_id=person.member_id), most)


def expiring(person: Person, *, now: datetime) -> SignalQuerySet:
    """Verified signals that end soon, for those who can renew them: reviewers of a member with a mandate."""
    rows: SignalQuerySet = Signal.objects.visible_to(person)
    if not person.has_role(Role.REVIEWER) or not person.member.mandate:
        none: SignalQuerySet = rows.none()
        return none
    found: SignalQuerySet = (
        rows.filter(state=State.VERIFIED.value, valid_until__lt=now + EXPIRES_SOON)
        .select_related("circle")
        .order_by("valid_until")
    )
    return found


def open_feedback(person: Person) -> QuerySet[Feedback]:
    """Feedback that nobody has decided, on signals that the person may see."""
    return (
        Feedback.objects.filter(on_visible(person), outcome=Feedback.Outcome.OPEN)
        .select_related("signal", "signal__circle", "member")
        .order_by("at")
    )
