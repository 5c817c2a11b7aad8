"""Lists of signals and of reveals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    UUIDField,
)

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import Slot
from skyddsnat.hub.rows import PreparedRows, Rows
from skyddsnat.hub.signals.access import Sight, given_by, rows_in, slots_for
from skyddsnat.hub.signals.models import Desk, Reveal, Signal, Submission
from skyddsnat.hub.signals.queries.marks import desk_of, is_unread, read_before
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
class Choice:
    """What of a reader and of what they have chosen gives the list's query its form.  exact: the columns that are chosen by."""

    sight: Sight
    exact: tuple[str, ...] = ()
    own: bool = False
    unread: bool = False
    sort: str = ""


def listed(
    person: Person,
    *,
    own: bool = False,
    unread: bool = False,
    sort: str = "",
    circle: str = "",
    desk: Desk | None = None,
    **choices: str,
) -> Rows[Signal]:
    """The signals that the person may see, narrowed by what stands in the page's address.  No value ever stands there.

    choices: type, state, ceiling.  own: what the own member has reported.  Rows carry `fresh`: unread by this person.
    """
    reader = reader_of(person)
    exact = {field: word for field, word in (choices | {"circle_id": circle}).items() if word}
    choice = Choice(Sight.of(reader), tuple(sorted(exact)), own, unread, sort if sort in SORTS else "")
    return _list(choice, given_by(reader) | marked_by(person, desk) | exact)


def visible(person: Person, **choices: Any) -> SignalQuerySet:
    """The same as a queryset."""
    rows: SignalQuerySet = listed(person, **choices).queryset  # type: ignore[assignment]
    return rows


def _seen(choice: Choice, given: Mapping[str, Any]) -> SignalQuerySet:
    # Circles are few: in a join the database might begin with them, and then sort all that they hold.
    rows: SignalQuerySet = rows_in(choice.sight, Signal.objects.all(), given).prefetch_related("circle")
    rows = rows.filter(**{field: given[field] for field in choice.exact})
    if choice.sort == "expiry":
        rows = rows.filter(valid_until__isnull=False)  # what never ends comes in no order by its end
    return with_marks(rows, given, only=choice.unread).order_by(*SORTS[choice.sort])


def _shown(choice: Choice, given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    rows = _seen(choice, given)
    return rows.filter(Exists(own_reports(given["member"]))) if choice.own else rows


def _counted(choice: Choice, given: Mapping[str, Any]) -> QuerySet[Signal, Any]:
    """A page of what the own member reported is found along the list's order, row by row; to count them, its reports are what to
    begin with, for of all that the person may see they are the smaller part.  Of one member there is one report an episode.
    """
    rows = _seen(choice, given)
    if not choice.own:
        return rows
    reported: SignalQuerySet = rows.filter(submissions__member_id=given["member"], submissions__episode=F("episode"))
    return reported


def _slots(choice: Choice) -> dict[str, Any]:
    return slots_for(choice.sight) | MARK_SLOTS | slots_of(choice.exact)


_list = PreparedRows[Choice](_shown, _slots, to_count=_counted)


def marked_by(person: Person, desk: Desk | None = None) -> dict[str, Any]:
    """What `with_marks` is given for a person."""
    return {"person": person.pk, "since": read_before(person, (desk or desk_of(person)).read_before)}


MARK_SLOTS: dict[str, Any] = {"person": Slot("person", UUIDField()), "since": Slot("since", DateTimeField())}


def slots_of(columns: Iterable[str]) -> dict[str, Any]:
    """Slots for values of a signal's own columns, by their names."""
    return {name: Slot(name, UUIDField() if name == "circle_id" else CharField()) for name in columns}


def with_marks(rows: SignalQuerySet, given: Mapping[str, Any], *, only: bool = False) -> SignalQuerySet:
    """The rows with `fresh`: unread by a person.  given: the person and since when, or slots.  only: those alone."""
    condition = is_unread(given)
    found: SignalQuerySet = rows.annotate(fresh=ExpressionWrapper(condition, output_field=BooleanField()))
    return found.filter(condition) if only else found


def own_reports(member: Any) -> QuerySet[Submission]:
    """A member's reports of a signal's current episode, for a subquery.  member: its id, or a slot for it."""
    return Submission.objects.filter(signal=OuterRef("pk"), episode=OuterRef("episode"), member_id=member)


def on_visible(person: Person) -> Exists:
    """Whether the signal that a row is about may be seen, asked row by row: a list of all visible ids would be a long one."""
    reader = reader_of(person)
    return seen_in(Sight.of(reader), given_by(reader))


def seen_in(sight: Sight, given: Mapping[str, Any]) -> Exists:
    """The same for a sight and its values, or slots for them."""
    return Exists(rows_in(sight, Signal.objects.all(), given).filter(pk=OuterRef("signal_id")))


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
