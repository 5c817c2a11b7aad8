"""Long lists: counted only as far as anyone would read, since counting a hundred thousand rows costs more than showing fifty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

from skyddsnat.hub.prepared import Prepared
from skyddsnat.hub.rows import Rows

type Listed[Row: Model] = QuerySet[Row, Any] | Rows[Row]

MOST_LISTED = 5_000
"""Rows that can be paged through; whoever looks for others narrows the list or turns its order round."""

MOST_WAITING = 999
"""What is counted of waiting work where it is worked through; beyond it stands 999+."""

MOST_COUNTED = 99
"""What is counted on every page and on the start page; beyond it stands 99+: to count further would cost more than it tells."""


FAR = 500
"""Rows to pass by from which it pays to read ids first."""


class InTurn[Row: Model]:
    """The rows of several lists one after another, read as far as they are asked for.

    For an order that no index has: within each of them one does.
    """

    def __init__(self, *parts: Listed[Row]) -> None:
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
            some = list(part[start:stop])
            found += some
            passed = start + len(some) if some else count_up_to(part, start) if start else 0
            start, stop = max(0, start - passed), stop - passed
            if stop <= start:
                break
        return found

    def __iter__(self) -> Iterator[Any]:
        for part in self.parts:
            yield from part


def count_up_to(rows: Listed[Any] | InTurn[Any], most: int) -> int:
    """How many rows there are, or most + 1 where there are more.

    Django's own `count` builds the query twice, which takes longer than to answer it.
    """
    if isinstance(rows, Rows):
        return rows.number(most + 1)
    if isinstance(rows, QuerySet):
        return Prepared(lambda: rows.order_by().values_list("pk")).number({}, most + 1)
    found = 0
    for part in rows.parts:
        found += count_up_to(part, most - found)
        if found > most:
            break
    return found


def ids_up_to(rows: Listed[Any], most: int) -> list[Any]:
    """The ids of the rows in their order, at most one more than `most`, as the driver has them (`Prepared.first`)."""
    if isinstance(rows, Rows):
        return rows.ids(most + 1)
    return [pk for (pk, *_) in Prepared(lambda: rows.values_list("pk")).first({}, most + 1)]


def _with_ids(rows: Listed[Any], ids: Sequence[Any]) -> list[Any]:
    """The rows of these ids, in their order; what has left meanwhile is left out."""
    if not ids:
        return []
    query = rows.queryset if isinstance(rows, Rows) else rows
    wanted = [query.model._meta.pk.to_python(pk) for pk in ids]
    found = {row.pk: row for row in query.order_by().filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


class LongPaginator(Paginator):
    """Pages of a list that may be long.  most: rows that can be paged through.  more: whether there are others.

    Near the beginning the rows are counted and a page of them is read.  Far in, what is passed by has to be looked at anyway: its
    ids are read once, which tell how many there are and which rows to read; the whole of those passed by would cost far more.
    """

    def __init__(
        self,
        rows: Listed[Any] | InTurn[Any],
        per_page: int,
        *,
        most: int = MOST_LISTED,
    ) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]
        self.most = most
        self._rows = rows
        self._parts = rows.parts if isinstance(rows, InTurn) else (rows,)
        self._far = False

    def validate_number(self, number: Any) -> int:
        """The page's number, if there is such a page."""
        with suppress(TypeError, ValueError):
            self._far = self._far or (int(number) - 1) * self.per_page >= FAR
        return super().validate_number(number)

    def page(self, number: Any) -> Page[Any]:
        """One page, its rows read."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        found = self._far_in(start, stop) if self._far else list(self.object_list[start:stop])
        return Page(found, number, self)

    def _far_in(self, start: int, stop: int) -> list[Any]:
        found: list[Any] = []
        for part, ids in zip(self._parts, self._ids, strict=True):
            found += _with_ids(part, ids[max(0, start) : max(0, stop)])
            start, stop = start - len(ids), stop - len(ids)
        return found

    @cached_property
    def _ids(self) -> list[list[Any]]:
        """Of each part the ids that can be paged through, and one more at the end where there are others."""
        found: list[list[Any]] = []
        left = self.most
        for part in self._parts:
            found.append(ids_up_to(part, left) if left >= 0 else [])
            left -= len(found[-1])
        return found

    @cached_property
    def counted(self) -> int:
        """Rows, at most one more than can be paged through."""
        return sum(map(len, self._ids)) if self._far else count_up_to(self._rows, self.most)

    @cached_property
    def count(self) -> int:
        """Rows that can be paged through."""
        return min(self.counted, self.most)

    @property
    def more(self) -> bool:
        """Whether the list goes on behind its last page."""
        return self.counted > self.most
