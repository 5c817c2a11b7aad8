"""Lists of signals and of reveals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, QuerySet

from skyddsnat.hub.signals.models import Reveal, Signal, Submission
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.signals.models.signal import SignalQuerySet

SORTS = {
    "new": ("-changed_at",),
    "old": ("changed_at",),
    "expiry": (F("valid_until").asc(nulls_last=True), "-changed_at"),
}


def visible(
    person: Person,
    *,
    type: str = "",
    state: str = "",
    ceiling: str = "",
    circle: str = "",
    own: bool = False,
    sort: str = "new",
) -> SignalQuerySet:
    """The signals that the person may see, narrowed by what stands in the page's address.  No value ever stands there."""
    rows: SignalQuerySet = Signal.objects.visible_to(person).select_related("circle")
    exact = {"type": type, "state": state, "ceiling": ceiling, "circle_id": circle}
    rows = rows.filter(**{field: word for field, word in exact.items() if word})
    if own:
        rows = rows.filter(Exists(own_reports(person)))
    return rows.order_by(*SORTS.get(sort, SORTS["new"]))


def own_reports(person: Person) -> QuerySet[Submission]:
    """The member's own reports of a signal's current episode, for a subquery."""
    return Submission.objects.filter(signal=OuterRef("pk"), episode=OuterRef("episode"), member_id=person.member_id)


def reveals_of_member(person: Person) -> QuerySet[Reveal]:
    """Who at the person's own member has uncovered what, and why.

    Colleagues read every reveal; `open` says whether the signal is theirs to see, so that its mask and page may be shown.
    """
    if not {Role(role) for role in person.roles} & ROLES_THAT_READ[ItemKind.SIGNAL]:
        return Reveal.objects.none()
    seen = Signal.objects.visible_to(person).filter(pk=OuterRef("signal_id"))
    rows = Reveal.objects.filter(member_id=person.member_id).annotate(open=Exists(seen))
    return rows.select_related("person", "signal").order_by("-at")
