"""Lists of signals and of reveals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from skyddsnat.hub.signals.models import Desk, Reveal, Signal, Submission
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.hub.signals.queries.marks import unread as unread_by
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

SORTS = {
    "": ("-changed_at", "pk"),
    "old": ("changed_at", "pk"),
    "expiry": ("valid_until", "-changed_at", "pk"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of signals.  to_count: the same rows in no order, asked in the way that is quickest to count."""

    rows: SignalQuerySet
    to_count: SignalQuerySet


def listed(person: Person, *, own: bool = False, **choices: Any) -> Listed:
    """The signals that the person may see, narrowed as `visible` does.

    A page of what the own member reported is found along the list's order, row by row; to count them, its reports are what to
    begin with, for of all that the person may see they are the smaller part.  Of one member there is one report an episode.
    """
    rows = _narrowed(person, **choices)
    if not own:
        return Listed(rows, rows)
    reported: SignalQuerySet = rows.filter(submissions__member_id=person.member_id, submissions__episode=F("episode"))
    return Listed(rows.filter(Exists(own_reports(person))), reported)


def visible(person: Person, **choices: Any) -> SignalQuerySet:
    """The signals that the person may see, narrowed by what stands in the page's address.  No value ever stands there.

    choices: type, state, ceiling, circle, own, unread, sort.  Rows carry `fresh`: unread by this person.
    """
    return listed(person, **choices).rows


def _narrowed(
    person: Person,
    *,
    type: str = "",
    state: str = "",
    ceiling: str = "",
    circle: str = "",
    unread: bool = False,
    sort: str = "",
    desk: Desk | None = None,
) -> SignalQuerySet:
    # Circles are few: in a join the database might begin with them, and then sort all that they hold.
    rows: SignalQuerySet = Signal.objects.visible_to(person).prefetch_related("circle")
    exact = {"type": type, "state": state, "ceiling": ceiling, "circle_id": circle}
    rows = rows.filter(**{field: word for field, word in exact.items() if word})
    if sort == "expiry":
        rows = rows.filter(valid_until__isnull=False)  # what never ends comes in no order by its end
    return with_marks(rows, person, desk, only=unread).order_by(*SORTS.get(sort, SORTS[""]))


def with_marks(rows: SignalQuerySet, person: Person, desk: Desk | None = None, *, only: bool = False) -> SignalQuerySet:
    """The rows with `fresh`: unread by this person.  only: those alone."""
    condition = unread_by(person, desk or desk_of(person))
    found: SignalQuerySet = rows.annotate(fresh=ExpressionWrapper(condition, output_field=BooleanField()))
    return found.filter(condition) if only else found


def own_reports(person: Person) -> QuerySet[Submission]:
    """The member's own reports of a signal's current episode, for a subquery."""
    return Submission.objects.filter(signal=OuterRef("pk"), episode=OuterRef("episode"), member_id=person.member_id)


def on_visible(person: Person) -> Exists:
    """Whether the signal that a row is about may be seen, asked row by row: a list of all visible ids would be a long one."""
    return Exists(Signal.objects.visible_to(person).filter(pk=OuterRef("signal_id")))


def reveals_by_others(person: Person) -> QuerySet[Reveal]:
    """Where people of other members have uncovered a signal that the person's own member has reported.

    Of the others only their member is told: who it was is theirs to know, and why may be a case of the police.
    """
    if not {Role(role) for role in person.roles} & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return Reveal.objects.none()
    ours = Submission.objects.filter(signal_id=OuterRef("signal_id"), member_id=person.member_id)
    rows = Reveal.objects.exclude(member_id=person.member_id).filter(Exists(ours)).annotate(open=on_visible(person))
    return rows.select_related("member", "signal").order_by("-at")


def reveals_of_member(person: Person) -> QuerySet[Reveal]:
    """Who at the person's own member has uncovered what, and why.

    Colleagues read every reveal; `open` says whether the signal is theirs to see, so that its mask and page may be shown.
    """
    if not {Role(role) for role in person.roles} & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return Reveal.objects.none()
    seen = Signal.objects.visible_to(person).filter(pk=OuterRef("signal_id"))
    rows = Reveal.objects.filter(member_id=person.member_id).annotate(open=Exists(seen))
    return rows.select_related("person", "signal").order_by("-at")
