"""What a person arranges for themselves: saved filters, which one opens first, how long acts wait, where they were.

Not in the log: it changes what is shown first, never what may be seen.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from skyddsnat.hub.signals.models import Desk, SavedFilter
from skyddsnat.hub.signals.queries.filters import filters_of
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.policy.bulk import HOLDS, Place
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import inspect_text
from skyddsnat.policy.guards.free_text import stops

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

MOST_FILTERS = 10
"""Own filters of a place; a colleague sees as many shared ones."""

LONGEST_NAME = 40
NAME = re.compile(r"[^\W_](?:[^\W_]|[ ,+&!?()'’–-])*")
"""Letters, digits and spaces: no dot, slash or colon, so that no address fits in."""

LONGEST_WORD = 20
DEFAULTS = {Place.LIST: "list_filter", Place.QUEUE: "queue_filter"}


def check_name(text: str) -> str:
    """A name that holds no value.  Raises PolicyRefusal: name_needed, name_holds_value."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise PolicyRefusal("name_needed")
    too_long = any(len(word) > LONGEST_WORD for word in name.split())
    if not NAME.fullmatch(name) or too_long or stops(inspect_text(name)):
        raise PolicyRefusal("name_holds_value")
    return name


def save_filter(
    person: Person, place: Place, *, name: str, choices: dict[str, Any], shared: bool, now: datetime
) -> SavedFilter:
    """Keep a choice of rows under a name.  Raises PolicyRefusal: what `check_name` raises, too_many_filters, name_taken."""
    name = check_name(name)
    if SavedFilter.objects.filter(person=person, place=place.value).count() >= MOST_FILTERS:
        raise PolicyRefusal("too_many_filters")
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(
                person=person,
                member_id=person.member_id,
                place=place.value,
                name=name,
                shared=shared,
                choices=choices,
                created_at=now,
            )
    except IntegrityError as taken:
        raise PolicyRefusal("name_taken") from taken


def change_filter(person: Person, saved: SavedFilter, **changes: Any) -> None:
    """Another name, other choices, shared or not.  Raises PolicyRefusal: not_yours, name_taken, what `check_name` raises."""
    _own(person, saved)
    if "name" in changes:
        changes["name"] = check_name(changes["name"])
    for field, value in changes.items():
        setattr(saved, field, value)
    try:
        with transaction.atomic():
            saved.save(update_fields=list(changes))
    except IntegrityError as taken:
        raise PolicyRefusal("name_taken") from taken


def delete_filter(person: Person, saved: SavedFilter) -> None:
    """Drop it; where it opened first, all rows do again.  Raises PolicyRefusal("not_yours")."""
    _own(person, saved)
    saved.delete()


def _own(person: Person, saved: SavedFilter) -> None:
    """A colleague uses a shared filter and does not change it, unless whoever made it is gone."""
    if saved.person_id != person.pk and saved.person.is_active:
        raise PolicyRefusal("not_yours")


def open_first(person: Person, place: Place, saved: SavedFilter | None) -> None:
    """Which filter the place opens with; None for all rows."""
    desk = desk_of(person)
    setattr(desk, DEFAULTS[place], saved)
    desk.save()


def change_desk(
    person: Person, *, list_filter: SavedFilter | None, queue_filter: SavedFilter | None, hold: int, remembers: bool
) -> None:
    """Save the person's own choices.  hold: seconds, one of `HOLDS`; filters: ones that the person may use."""
    usable = set(filters_of(person).values_list("pk", "place"))
    chosen = ((list_filter, Place.LIST), (queue_filter, Place.QUEUE))
    if hold not in {int(one.total_seconds()) for one in HOLDS}:
        raise PolicyRefusal("unknown_hold", str(hold))
    if any(one is not None and (one.pk, place.value) not in usable for one, place in chosen):
        raise PolicyRefusal("not_yours")
    desk = desk_of(person)
    desk.list_filter, desk.queue_filter, desk.hold_seconds, desk.remembers = list_filter, queue_filter, hold, remembers
    if not remembers:
        desk.place = {}
    desk.save()


def remember_place(person: Person, place: dict[str, Any]) -> None:
    """Where the person is, as fixed words and numbers, to go on from.  Nothing for who does not want it."""
    desk: Desk = desk_of(person)
    if desk.remembers and desk.place != place:
        desk.place = place
        desk.save()
