"""The way from a place to a signal and back: the place, its choices and the position travel in the page's address.

So each tab of the browser has its own way, and a link can be opened beside.  Only fixed words, a circle's or filter's id and
numbers ever stand there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.request import number_in
from skyddsnat.hub.signals.forms.filters import FORMS, Choosing
from skyddsnat.hub.signals.models import Desk, SavedFilter
from skyddsnat.hub.signals.queries.filters import filters_of
from skyddsnat.hub.signals.queries.places import Beside, beside, rows_of
from skyddsnat.policy.bulk import A_PAGE, Place

ROUTES = {Place.LIST: ("signals:list", "signals:detail"), Place.QUEUE: ("signals:queue", "signals:review")}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Trail:
    """Where someone is.  saved: the filter whose tab they are on; choices: what is chosen now, changed or not."""

    place: Place
    choices: dict[str, Any] = field(default_factory=dict)
    saved: SavedFilter | None = None
    position: int | None = None

    @property
    def query(self) -> str:
        """The choices as they stand in an address, without the position."""
        return urlencode(self._pairs())

    def _pairs(self) -> dict[str, str]:
        words = {name: "on" if value is True else str(value) for name, value in self.choices.items()}
        if self.saved is None:
            return words or {"f": ALL}
        return {"f": str(self.saved.pk)} | ({} if self.is_as_saved else words | {"changed": "on"})

    @property
    def is_as_saved(self) -> bool:
        """Whether nothing was changed since the filter was opened."""
        return self.saved is not None and self.choices == self.saved.choices

    def link(self, page: int = 1) -> str:
        """The place itself, at a page."""
        return f"{reverse(ROUTES[self.place][0])}?{self.query}" + (f"&page={page}" if page > 1 else "")

    def back(self, pk: UUID) -> str:
        """The place at the page and the row of a signal."""
        return f"{self.link((self.position or 0) // A_PAGE + 1)}#s-{pk}"

    def onwards(self, position: int) -> str:
        """What is added to a signal's address so that it knows where it was opened from."""
        return self._from_here() + str(position)

    def _from_here(self) -> str:
        return urlencode({"in": self.place.value} | self._pairs() | {"n": ""})

    def to(self, position: int, pk: UUID) -> str:
        """A signal of the place, on the page that the place leads to."""
        return f"{reverse(ROUTES[self.place][1], args=[pk])}?{self.onwards(position)}"

    def ways(self, first: int, pks: Iterable[UUID]) -> list[str]:
        """`to` for each of a page's rows, the first of which has this position."""
        route, here = ROUTES[self.place][1], self._from_here()
        return [f"{reverse(route, args=[pk])}?{here}{position}" for position, pk in enumerate(pks, first)]

    def kept(self, pk: UUID, *, now: datetime) -> dict[str, Any]:
        """The way as a desk keeps it, to go on from another day."""
        return {
            "place": self.place.value,
            "choices": self.choices,
            "f": str(self.saved.pk) if self.saved else "",
            "n": self.position or 0,
            "pk": str(pk),
            "at": now.isoformat(),
        }

    def beside(self, person: Person, pk: UUID, *, now: datetime) -> Beside:
        """The neighbours of the signal at `position`."""
        rows = rows_of(person, self.place, self.choices, now=now)
        changed_first = self.place is Place.QUEUE or "sort" not in self.choices
        return beside(rows, pk, self.position or 0, changed_first=changed_first)


def trail_in(place: Place, person: Person, given: QueryDict, desk: Desk) -> tuple[Trail, Choosing]:
    """Where the address says that the person is; with nothing said, where they chose to begin.

    Raises Http404 for a filter that is unknown or not this person's to use.
    """
    saved = _saved(place, person, given.get("f", ""), desk, asked=bool(set(given) - {"page"}))
    own_words = set(given) & set(FORMS[place].base_fields) or "changed" in given
    form = FORMS[place](saved.choices if saved and not own_words else given, person=person)
    return Trail(place, form.chosen(), saved, number_in(given.get("n", ""))), form


def trail_to(person: Person, given: QueryDict, desk: Desk) -> Trail | None:
    """The way by which somebody came to a signal; None when they came from elsewhere."""
    try:
        place = Place(given.get("in", ""))
    except ValueError:
        return None
    trail, _ = trail_in(place, person, given, desk)
    return trail if trail.position is not None else None


def _saved(place: Place, person: Person, word: str, desk: Desk, *, asked: bool) -> SavedFilter | None:
    usable = filters_of(person, place)
    if not word and not asked:
        first = desk.list_filter_id if place is Place.LIST else desk.queue_filter_id
        return usable.filter(pk=first).first() if first else None
    if not word or word == ALL:
        return None
    try:
        return usable.get(pk=UUID(word))
    except (ValueError, SavedFilter.DoesNotExist) as missing:
        raise Http404 from missing


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where the person was.  href: that page and row."""

    place: Place
    name: str
    row: int
    at: datetime
    href: str


def where_they_were(person: Person, desk: Desk) -> Continuation | None:
    """The last signal that the person opened from a place; None where nothing is kept, or its filter is gone."""
    kept = desk.place
    if not kept:
        return None
    place = Place(kept["place"])
    saved = filters_of(person, place).filter(pk=kept["f"]).first() if kept["f"] else None
    if kept["f"] and saved is None:
        return None
    trail = Trail(place, kept["choices"], saved, kept["n"])
    return Continuation(
        place=place,
        name=saved.name if saved else "",
        row=kept["n"] + 1,
        at=datetime.fromisoformat(kept["at"]),
        href=trail.back(UUID(kept["pk"])),
    )
