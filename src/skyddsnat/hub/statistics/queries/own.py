"""A member's own figures, for its own people.  Every read starts at `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField

from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.statistics.access import sees_figures
from skyddsnat.hub.statistics.models import Comment, Figure, Release, Revision, Series
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import may_follow

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

SHOWS = (Release.Shown.TOTAL, Release.Shown.INDEX)


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure with its newest revision.  released_with: number of the revision that a joint figure was made with, or None."""

    figure: Figure
    period: Period
    newest: Revision
    released_with: int | None

    @property
    def waits_for_words(self) -> bool:
        """Whether something odd about it is not explained yet."""
        return bool(self.newest.warnings) and self.newest.explained_at is None

    @property
    def changed_since(self) -> bool:
        """Whether it was corrected after a joint figure had been made with it."""
        return self.released_with is not None and self.released_with < self.newest.number


def own_figures(person: Person, series: Series) -> list[OwnFigure]:
    """The figures of the person's member in a series, oldest first."""
    rows = Figure.objects.visible_to(person).filter(series=series).prefetch_related("revisions")
    used = _used(person, series)
    found = []
    for row in rows:
        revisions = sorted(row.revisions.all(), key=lambda one: one.number)
        if revisions:
            found.append(OwnFigure(row, Period.read(row.period), revisions[-1], used.get(row.pk)))
    return found


def own_figure(person: Person, pk: UUID) -> Figure | None:
    """One of them."""
    found: Figure | None = Figure.objects.visible_to(person).select_related("series").filter(pk=pk).first()
    return found


def revisions_of(figure: Figure) -> list[Revision]:
    """Every revision, newest first, with whoever handed it in."""
    return list(figure.revisions.select_related("by", "explained_by").order_by("-number"))


def released_with(figure: Figure) -> int | None:
    """Number of the revision that a joint figure was made with, None before."""
    found: Revision | None = figure.revisions.filter(release_uses__shown__in=SHOWS).first()
    return found.number if found is not None else None


def comments_of(figure: Figure) -> list[Comment]:
    """Notes on a figure of one's own, oldest first."""
    return list(figure.comments.select_related("by").order_by("at"))


def for_coordinators(person: Person, series: Series) -> list[Comment]:
    """Notes that members wrote for the coordinators, newest first; none for anyone else.  The figures are not among them."""
    if not may_follow(reader_of(person)):
        return []
    rows = Comment.objects.filter(figure__series=series, for_coordinator=True)
    return list(rows.select_related("by__member", "figure").order_by("-at"))


def unexplained(person: Person) -> list[Revision]:
    """Newest revisions of the own member that look odd and that nobody has answered for."""
    who = reader_of(person)
    rows = _revisions(member=who.member) if sees_figures(who) else []
    newest = {row.figure_id: row for row in rows}
    return [row for row in newest.values() if row.warnings and row.explained_at is None]


_revisions = Prepared(
    lambda: (
        Revision.objects.filter(figure__member_id=Slot("member", CharField()))
        .select_related("figure")
        .order_by("number")
    )
)


def _used(person: Person, series: Series) -> dict[UUID, int]:
    rows = Revision.objects.filter(figure__series=series, member_id=person.member_id)
    return dict(rows.filter(release_uses__shown__in=SHOWS).values_list("figure_id", "number"))
