"""Long lists: counted only as far as anyone would read, since counting a hundred thousand rows costs more than showing fifty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

MOST_LISTED = 5_000
"""Rows that can be paged through; whoever looks for others narrows the list or turns its order round."""

MOST_WAITING = 999
"""What is counted of waiting work where it is worked through; beyond it stands 999+."""

MOST_COUNTED = 99
"""What is counted on every page and on the start page; beyond it stands 99+: to count further would cost more than it tells."""


FAR = 500
"""Rows to pass by from which it pays to ask twice."""


class InTurn[Row: Model]:
    """The rows of several querysets one after another, read as far as they are asked for.

    For an order that no index has: within each of them one does.
    """

    def __init__(self, *parts: QuerySet[Row, Any]) -> None:
        self.parts = parts

    def filter(self, *conditions: Any, **facts: Any) -> InTurn[Row]:
        """Those of the rows that fit."""
        return InTurn(*(part.filter(*conditions, **facts) for part in self.parts))

    def values_list(self, *fields: str, flat: bool = False) -> InTurn[Row]:
        """Some columns of the rows."""
        return InTurn(*(part.values_list(*fields, flat=flat) for part in self.parts))

    def exists(self) -> bool:
        """Whether there is any."""
        return any(part.exists() for part in self.parts)

    def __getitem__(self, wanted: slice) -> list[Any]:
        start, stop = wanted.start or 0, wanted.stop
        found: list[Any] = []
        for part in self.parts:
            some = window(part, start, stop)
            found += some
            passed = start + len(some) if some else count_up_to(part, start) if start else 0
            start, stop = max(0, start - passed), stop - passed
            if stop <= start:
                break
        return found

    def __iter__(self) -> Iterator[Any]:
        for part in self.parts:
            yield from part


def window(rows: QuerySet[Any, Any], start: int, stop: int) -> list[Any]:
    """Some of the rows, in their order.  Far in, what is passed by is read by its id alone: the whole of those rows would cost
    more than the fifty that are shown.
    """
    if start < FAR or rows.query.values_select:
        return list(rows[start:stop])
    ids = list(rows.values_list("pk", flat=True)[start:stop])
    found = {row.pk: row for row in rows.order_by().filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def count_up_to(rows: QuerySet[Any, Any] | InTurn[Any], most: int) -> int:
    """How many rows there are, or most + 1 where there are more."""
    if isinstance(rows, InTurn):
        found = 0
        for part in rows.parts:
            found += count_up_to(part, most - found)
            if found > most:
                break
        return found
    return rows.order_by().values("pk")[: most + 1].count()


class LongPaginator(Paginator):
    """Pages of a list that may be long.  most: rows that can be paged through.  more: whether there are others."""

    def __init__(self, rows: QuerySet[Any, Any] | InTurn[Any], per_page: int, *, most: int = MOST_LISTED) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]
        self.most = most

    def page(self, number: Any) -> Page[Any]:
        """One page, its rows read."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        rows = self.object_list
        found = rows[start:stop] if isinstance(rows, InTurn) else window(rows, start, stop)  # type: ignore[arg-type]
        return Page(found, number, self)

    @cached_property
    def counted(self) -> int:
        """Rows, at most one more than can be paged through."""
        return count_up_to(self.object_list, self.most)  # type: ignore[arg-type]

    @cached_property
    def count(self) -> int:
        """Rows that can be paged through."""
        return min(self.counted, self.most)

    @property
    def more(self) -> bool:
        """Whether the list goes on behind its last page."""
        return self.counted > self.most
