"""Queries that are asked hundreds of times a second (docs/adr/0018): Django builds their SQL once a process, and only the values
change.

Building SQL takes the ORM ten times as long as SQLite takes to answer.  The query stays the ORM's, so a rule of access is still
written once and reads like any other; and it is still asked each time, so what is revoked is revoked at once.

    circles = Prepared(lambda: CircleMembership.objects.filter(member_id=Slot("member"), left_at=None).values_list("circle_id"))
    circles(member="alfa")
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError


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
    """A query's SQL, its parameters (slots and fixed ones), what makes Python values of each column, and what a row becomes.

    sql: empty for a query that can find nothing.  prefetch: what is fetched for all the rows at once.  locks: its rows, which
    means nothing outside a transaction.
    """

    sql: str = ""
    parameters: tuple[Any, ...] = ()
    converters: tuple[tuple[int, list[Callable[..., Any]], Expression], ...] = ()
    become: Callable[[tuple[Any, ...]], Any] = tuple
    prefetch: tuple[Any, ...] = ()
    locks: bool = False

    def ask(self, limits: str, values: Mapping[str, object]) -> list[Any]:
        """The rows, between limits written in SQL.  Raises TransactionManagementError, as the ORM does."""
        if not self.sql:
            return []
        if self.locks and connection.get_autocommit():
            raise TransactionManagementError("rows were to be locked outside a transaction")
        rows = _rows(self.sql + limits, self.parameters_for(values))
        found = [self.become(_read(row, self)) for row in rows]
        if self.prefetch:
            prefetch_related_objects(found, *self.prefetch)
        return found

    def parameters_for(self, values: Mapping[str, object]) -> list[Any]:
        """The parameters with these values in the slots."""
        return [_written(one, values) if isinstance(one, Slot) else one for one in self.parameters]


class Prepared:
    """A query with slots.  Call it with their values, by name; the answer is a list of rows.

    Rows of `values_list` are tuples, others instances of the model, with what `select_related`, `prefetch_related` and `annotate`
    add to them.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._built: dict[str, _Built] = {}
        _prepared.add(self)

    def __call__(self, **values: object) -> list[Any]:
        return self._ready().ask("", values)

    def some(self, values: Mapping[str, object], start: int = 0, stop: int | None = None) -> list[Any]:
        """The rows from `start` until before `stop`, of a query that is not sliced itself."""
        built = self._ready()
        return built.ask("" if stop is None else f" LIMIT {stop - start:d} OFFSET {start:d}", values)

    def first(self, values: Mapping[str, object], most: int) -> list[Any]:
        """The first rows, as the driver has them.

        The limit is written so that PostgreSQL does not know it when it plans: it then thinks of the first rows, and reads an
        index in its order.  Of a limit near its guess of all rows it would look at every row and sort them.
        """
        built = self._ready()
        return _rows(f"{built.sql} LIMIT (SELECT {most:d})", built.parameters_for(values)) if built.sql else []

    def number(self, values: Mapping[str, object], most: int) -> int:
        """How many rows there are, at most `most`."""
        built = self._ready()
        if not built.sql:
            return 0
        ((found,),) = _rows(
            f"SELECT COUNT(*) FROM ({built.sql} LIMIT {most:d}) AS counted",  # noqa: S608  the ORM's own
            built.parameters_for(values),
        )
        return int(found)

    def plain(self, **values: object) -> list[tuple[Any, ...]]:
        """The rows as the driver has them, as `plain_rows` gives them."""
        built = self._ready()
        return _plain(built.sql, built.parameters_for(values)) if built.sql else []

    def _ready(self) -> _Built:
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = _built(self._build())
        return built

    def one(self, **values: object) -> Any | None:
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

    def __call__(self, form: Form, **values: object) -> list[Any]:
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
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Built()
    converters = compiler.get_converters(column for column, _, _ in compiler.select)
    return _Built(
        sql,
        tuple(parameters),
        tuple((at, makers, column) for at, (makers, column) in converters.items()),
        _instances(compiler, rows) if issubclass(rows._iterable_class, ModelIterable) else tuple,
        tuple(rows._prefetch_related_lookups),  # type: ignore[attr-defined]
        rows.query.select_for_update,
    )


def _instances(compiler: SQLCompiler, rows: QuerySet[Any, Any]) -> Callable[[tuple[Any, ...]], Any]:
    """What makes an instance of a row, as the ORM's `ModelIterable` does."""
    of: Any = compiler.klass_info
    fetch_mode = rows._fetch_mode  # type: ignore[attr-defined]
    first, last = of["select_fields"][0], of["select_fields"][-1] + 1
    names = [column.target.attname for column, _, _ in compiler.select[first:last]]
    related = get_related_populators(of, compiler.select, connection.alias, fetch_mode)
    extra = list(compiler.annotation_col_map.items()) if compiler.annotation_col_map else []

    def become(row: tuple[Any, ...]) -> Any:
        made = of["model"].from_db(connection.alias, names, row[first:last], fetch_mode=fetch_mode)
        for one in related:
            one.populate(row, made)
        for name, at in extra:
            setattr(made, name, row[at])
        return made

    return become


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _written(slot: Slot, values: Mapping[str, object]) -> Any:
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
