"""A member's own figures, as it handed them in: for reports that its own people make."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from skyddsnat.hub.statistics.models import Figure

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.protocols.statistics import Figure as Said

MOST_FIGURES = 600
"""Of one report: fifty metrics, twelve months."""


def own_figures(person: Person, *, metrics: Collection[str], periods: Collection[str]) -> dict[tuple[str, str], Said]:
    """By metric and period: the newest revision of the person's own member's figure, for those of its people who see them."""
    rows = Figure.objects.visible_to(person).filter(series_id__in=metrics, period__in=periods)
    found = {}
    for row in rows.prefetch_related("revisions")[:MOST_FIGURES]:
        newest = max(row.revisions.all(), key=lambda revision: revision.number, default=None)
        if newest is not None:
            found[row.series_id, row.period] = newest.said
    return found


def value_of(said: Said) -> Decimal:
    """A figure in its unit."""
    return Decimal(said.value).scaleb(-said.decimals)
