"""What My work shows of signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateTimeField, Exists, OuterRef, QuerySet, UUIDField

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.paging import count_up_to
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.rows import PreparedRows, Rows
from skyddsnat.hub.signals.access import Sight, given_by, one_of, rows_in, slots_for
from skyddsnat.hub.signals.limits import EXPIRES_SOON
from skyddsnat.hub.signals.models import Feedback, Signal, Submission
from skyddsnat.hub.signals.queries.listing import seen_in
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
    reader = reader_of(person)
    sight, given = Sight.of(reader), given_by(reader)
    if _reports.number({"member": person.member_id}, FEW + 1) <= FEW:
        return _seen_reports((sight, 0), given)[:most]
    latest = {f"signal_{at}": row.pk for at, row in enumerate(_reported(sight, given)[:most])}
    return _seen_reports((sight, len(latest)), given | latest)[:most] if latest else []


def my_submissions_count(person: Person, *, most: int) -> int:
    """How many reports those are in all; most + 1 where there are more."""
    reader = reader_of(person)
    return count_up_to(_seen_reports((Sight.of(reader), 0), given_by(reader)), most)


def _own_reports(member: Any) -> QuerySet[Submission]:
    return Submission.objects.filter(member_id=member)


def _own_seen(form: tuple[Sight, int], given: Mapping[str, Any]) -> QuerySet[Submission]:
    """The member's reports that may be seen.  form: with how many signals they are about, none for all."""
    sight, few = form
    rows = _own_reports(given["member"]).filter(seen_in(sight, given))
    if few:
        rows = rows.filter(one_of("signal", [given[f"signal_{at}"] for at in range(few)]))
    return rows.select_related("signal", "signal__circle", "person").order_by("-signal__changed_at", "-at")


def _signals_reported(sight: Sight, given: Mapping[str, Any]) -> QuerySet[Signal]:
    rows: SignalQuerySet = rows_in(sight, Signal.objects.all(), given)
    ours = _own_reports(given["member"]).filter(signal=OuterRef("pk"))
    return rows.filter(Exists(ours)).order_by("-changed_at")


def _slots(form: tuple[Sight, int]) -> dict[str, Any]:
    sight, few = form
    return slots_for(sight) | {f"signal_{at}": Slot(f"signal_{at}", UUIDField()) for at in range(few)}


_reports = Prepared(lambda: _own_reports(Slot("member", CharField())).order_by().values_list("pk"))
_reported = PreparedRows[Sight](_signals_reported, slots_for)
_seen_reports = PreparedRows[tuple[Sight, int]](_own_seen, _slots)


def expiring(person: Person, *, now: datetime) -> Rows[Signal]:
    """Verified signals that end soon, for those who can renew them: reviewers of a member with a mandate."""
    reader = reader_of(person)
    renews = person.has_role(Role.REVIEWER) and bool(person.member.mandate)
    return _expiring((Sight.of(reader), renews), given_by(reader) | {"until": now + EXPIRES_SOON})


def _ending(form: tuple[Sight, bool], given: Mapping[str, Any]) -> QuerySet[Signal]:
    sight, renews = form
    rows: SignalQuerySet = rows_in(sight, Signal.objects.all(), given)
    if not renews:
        return rows.none()
    ends = rows.filter(state=State.VERIFIED.value, valid_until__lt=given["until"])
    return ends.select_related("circle").order_by("valid_until")


_expiring = PreparedRows[tuple[Sight, bool]](
    _ending, lambda form: slots_for(form[0]) | {"until": Slot("until", DateTimeField())}
)


def open_feedback(person: Person) -> Rows[Feedback]:
    """Feedback that nobody has decided, on signals that the person may see."""
    reader = reader_of(person)
    return _open_feedback(Sight.of(reader), given_by(reader))


def decided_feedback(person: Person) -> Rows[Feedback]:
    """What the person's member has said and others have decided, the latest first."""
    reader = reader_of(person)
    return _decided_feedback(Sight.of(reader), given_by(reader))


def _open(sight: Sight, given: Mapping[str, Any]) -> QuerySet[Feedback]:
    rows = Feedback.objects.filter(seen_in(sight, given), outcome=Feedback.Outcome.OPEN)
    return rows.select_related("signal", "signal__circle", "member").order_by("at")


def _decided(sight: Sight, given: Mapping[str, Any]) -> QuerySet[Feedback]:
    rows = Feedback.objects.filter(seen_in(sight, given), member_id=given["member"])
    return rows.exclude(outcome=Feedback.Outcome.OPEN).select_related("signal").order_by("-decided_at")


_open_feedback = PreparedRows[Sight](_open, slots_for)
_decided_feedback = PreparedRows[Sight](_decided, slots_for)
