"""Long lists whose query is prepared (docs/adr/0018): built once a process in each of its forms, read a slice at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from skyddsnat.hub.prepared import PreparedIn

type Build[Form: Hashable] = Callable[[Form, Mapping[str, Any]], QuerySet[Any, Any]]
"""Makes the query of a form.  The mapping gives what its values are by name, or slots for them."""


class PreparedRows[Form: Hashable]:
    """A list with a few forms.  slots: those of a form.  to_count: the same rows in a form that is quicker to count.

    Call it with a form and its values: the rows, of which nothing is asked yet.
    """

    def __init__(
        self, build: Build[Form], slots: Callable[[Form], Mapping[str, Any]], *, to_count: Build[Form] | None = None
    ) -> None:
        counted = to_count or build
        self.build = build
        self.rows = PreparedIn[Form](lambda form: build(form, slots(form)))
        self.ids = PreparedIn[Form](lambda form: build(form, slots(form)).values_list("pk"))
        self.counted = PreparedIn[Form](lambda form: counted(form, slots(form)).order_by().values_list("pk"))

    def __call__(self, form: Form, values: Mapping[str, Any]) -> Rows[Any]:
        return Rows(self, form, values)


@dataclass(frozen=True, slots=True)
class Rows[Row: Model]:
    """The rows of a list, as one reader may see them now."""

    of: PreparedRows[Any]
    form: Any
    values: Mapping[str, Any]

    def __getitem__(self, wanted: slice) -> list[Row]:
        return self.of.rows.of(self.form).some(self.values, wanted.start or 0, wanted.stop)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.of.rows.of(self.form).some(self.values))

    def number(self, most: int) -> int:
        """How many there are, at most `most`."""
        return self.of.counted.of(self.form).number(self.values, most)

    def ids(self, most: int) -> list[Any]:
        """The ids of the first `most` rows, as the driver has them."""
        return [pk for (pk, *_) in self.of.ids.of(self.form).first(self.values, most)]

    @property
    def queryset(self) -> QuerySet[Row, Row]:
        """The same as a queryset, to go on from."""
        return self.of.build(self.form, self.values)

    def filter(self, *conditions: Any, **facts: Any) -> QuerySet[Row, Row]:
        """Those of the rows that fit."""
        return self.queryset.filter(*conditions, **facts)

    def values_list(self, *fields: str, flat: bool = False) -> QuerySet[Row, Any]:
        """Some columns of the rows."""
        return self.queryset.values_list(*fields, flat=flat)

    def exists(self) -> bool:
        """Whether there is any."""
        return self.number(1) > 0
