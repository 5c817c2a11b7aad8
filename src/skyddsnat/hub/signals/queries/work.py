"""What My work shows of signals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from skyddsnat.hub.signals.limits import EXPIRES_SOON
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.policy.vocabulary import Role, State

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet


def my_submissions(person: Person) -> QuerySet[Submission]:
    """What the person's member has reported and may still see, the latest change first."""
    return (
        Submission.objects.filter(member_id=person.member_id, signal__in=Signal.objects.visible_to(person))
        .select_related("signal", "signal__circle", "person")
        .order_by("-signal__changed_at")
    )


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
        Feedback.objects.filter(outcome=Feedback.Outcome.OPEN, signal__in=Signal.objects.visible_to(person))
        .select_related("signal", "signal__circle", "member")
        .order_by("at")
    )
