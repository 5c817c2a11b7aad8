"""Queries that are asked hundreds of times a second (docs/adr/0018): Django builds their SQL once a process, and only the values
change.

Building SQL takes the ORM ten times as long as SQLite takes to answer.  The query stays the ORM's, so a rule of access is still
written once and reads like any other; and it is still asked each time, so what is revoked is revoked at once.

    circles = Prepared(lambda: CircleMembership.objects.filter(member_id=Slot("member"), left_at=None).values_list("circle_id"))
    circles(member="alfa")
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """A place in a query whose value is given when it is asked.  field: how the value is written for the database."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """The slot itself stands in for its value among the parameters."""
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class _Built:
    """A query's SQL, its parameters (slots and fixed ones), and what makes Python values of each column."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Expression], ...]

    def parameters_for(self, values: dict[str, object]) -> list[Any]:
        """The parameters with these values in the slots."""
        return [_written(one, values) if isinstance(one, Slot) else one for one in self.parameters]


class Prepared:
    """A query of `values_list` with slots.  Call it with their values, by name; the answer is a list of rows."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._built: dict[str, _Built] = {}
        _prepared.add(self)

    def __call__(self, **values: object) -> list[tuple[Any, ...]]:
        built = self._ready()
        with connection.cursor() as cursor:
            cursor.execute(built.sql, built.parameters_for(values))
            return [_read(row, built) for row in cursor.fetchall()]

    def plain(self, **values: object) -> list[tuple[Any, ...]]:
        """The rows as the driver has them, as `plain_rows` gives them."""
        built = self._ready()
        return _plain(built.sql, built.parameters_for(values))

    def _ready(self) -> _Built:
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = _built(self._build())
        return built

    def one(self, **values: object) -> tuple[Any, ...] | None:
        """The first row, None if there is none."""
        return next(iter(self(**values)), None)

    def build_anew(self) -> None:
        """Forget the SQL."""
        self._built.clear()


class PreparedIn[Form: Hashable]:
    """A query of a few forms, such as one with more conditions for some readers: prepared in each when it is first asked."""

    def __init__(self, build: Callable[[Form], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._forms: dict[Form, Prepared] = {}

    def __call__(self, form: Form, **values: object) -> list[tuple[Any, ...]]:
        return self.of(form)(**values)

    def of(self, form: Form) -> Prepared:
        """The query in this form."""
        asked = self._forms.get(form)
        if asked is None:
            asked = self._forms[form] = Prepared(lambda: self._build(form))
        return asked


_prepared: WeakSet[Prepared] = WeakSet()


def build_all_anew() -> None:
    """For tests that change what queries are built by."""
    for one in list(_prepared):
        one.build_anew()


def _built(rows: QuerySet[Any, Any]) -> _Built:
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters(column for column, _, _ in compiler.select)
    return _Built(sql, tuple(parameters), tuple((at, makers, column) for at, (makers, column) in converters.items()))


def _written(slot: Slot, values: dict[str, object]) -> Any:
    return slot.output_field.get_db_prep_value(values[slot.name], connection, prepared=False)


def _read(row: tuple[Any, ...], built: _Built) -> tuple[Any, ...]:
    if not built.converters:
        return row
    found = list(row)
    for at, makers, column in built.converters:
        for make in makers:
            found[at] = make(found[at], column, connection)
    return tuple(found)


def plain_rows(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` as the driver has them: numbers, texts, and sealed cells as bytes.

    PostgreSQL sends them in its binary form: as text each byte of a cell takes two characters, which it writes and we read again.
    """
    try:
        sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    return _plain(sql, parameters)


def _plain(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with _binary() if connection.vendor == "postgresql" else connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _binary() -> Any:
    """A cursor whose rows come in binary.  Django's own write the parameters into the text, and such cannot ask for this form."""
    from psycopg import Cursor
    from psycopg.pq import Format

    with connection.cursor() as there:  # opens the connection, or looks whether it is still good
        plain: Any = Cursor(there.connection)
    plain.format = Format.BINARY
    return connection.make_debug_cursor(plain) if connection.queries_logged else connection.make_cursor(plain)
