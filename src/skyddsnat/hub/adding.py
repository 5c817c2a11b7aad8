"""Many new rows at once (docs/adr/0023): what `bulk_create` writes, for a fifth of its work.

Django prepares each cell by itself and writes the whole as one text.  Here a column is prepared at once, and the rows go in by
SQLite's own repeated statement or PostgreSQL's binary COPY.  Each field still says how its values are written, so sealed columns
are sealed and indexes blinded as ever; constraints are the database's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from operator import is_, itemgetter
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, DateTimeField, Field, ForeignKey, JSONField, Model
from django.db.models.base import ModelState

AS_THEY_ARE: Final[dict[str, frozenset[type]]] = {
    "CharField": frozenset({str, type(None)}),
    "TextField": frozenset({str, type(None)}),
    "BooleanField": frozenset({bool, type(None)}),
    "BigIntegerField": frozenset({int, type(None)}),
    "PositiveIntegerField": frozenset({int, type(None)}),
    "PositiveSmallIntegerField": frozenset({int, type(None)}),
}
"""Values that both drivers take as they are, by the kind of column.  A subclass, such as a word of an enumeration, is another."""

PART: Final = 256
"""Rows that PostgreSQL is given at a time: each part costs a statement, and the last one is waited for."""

NOTHING: Final = frozenset({type(None)})
IDS: Final = frozenset({UUID})

type Written = Sequence[Any]
"""A column as the driver takes it."""


class _State(ModelState):
    """Of a row that was just made.  Django's empties each one when it goes, for what rows that were read may hold in a circle."""

    def __del__(self) -> None:
        pass


def new_row[M: Model](model: type[M], **values: Any) -> M:
    """A row to be added, as `model(**values)` makes it.  values: by attributes of columns (`circle_id`).

    Django looks at each field of each row in turn, which takes longer than the database takes to write it.
    Raises TypeError for a name that is no column.
    """
    same, made, count = _defaults(model)
    row = model.__new__(model)
    held = row.__dict__ = {"_state": _State(), **same, **values}
    for name, make in made:
        if name not in values:
            held[name] = make()
    if len(held) != count:
        raise TypeError(f"{model.__name__} got {sorted(values)}, expected names of its columns")
    return row


@lru_cache(maxsize=64)
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], int]:
    """What each row has until it is told otherwise: what is the same in all, and what is made for each.  With the number of
    things that a whole row holds: its columns and its state.
    """
    same: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            same[field.attname] = field.get_default()
    return same, made, len(same) + len(made) + 1


def add_rows(rows: Sequence[Model]) -> None:
    """Add rows of one model, in their order, inside the caller's transaction.  Their numbers, where the database gives them, are
    not read back, and no signal is sent.

    Raises what `bulk_create` raises: IntegrityError, and whatever a field says of a value that it does not take.
    """
    add_tables([rows])


def add_tables(tables: Iterable[Sequence[Model]]) -> None:
    """The same for rows of several models, a table after another.

    While PostgreSQL takes in one table, the next one's rows are asked for and its columns prepared: whoever makes rows only when
    they are asked for makes them meanwhile, and a long table is best given `in_parts`.  Nothing else may be asked of the database
    until the last is in.
    """
    database = connections[DEFAULT_DB_ALIAS]
    with ExitStack() as taking_in, _checked_at_once(database):
        for rows in tables:
            if not rows:
                continue
            model = type(rows[0])
            fields = _fields(model)
            columns = _columns(fields, rows, database)
            taking_in.close()  # the table before
            if database.vendor == "postgresql":
                _copy(taking_in, database, model, columns)
            else:
                with database.cursor() as cursor:
                    cursor.executemany(_insert(model), list(zip(*columns, strict=True)))
            for row in rows:
                row._state.adding, row._state.db = False, database.alias
        taking_in.close()


def add_row(row: Model) -> None:
    """Add one row by the same rules, and give it its number where the database gives one: a quarter of the work of `save`."""
    database, model = connections[DEFAULT_DB_ALIAS], type(row)
    cells = [cells[0] for cells in _columns(_fields(model), [row], database)]
    with database.cursor() as cursor:
        cursor.execute(_insert_one(model), cells)
        if isinstance(model._meta.pk, AutoField):
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, database.alias


def in_parts[Row](rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Rows of one table as several, so that one part is prepared while the one before is taken in."""
    size = rows_at_once()
    return (rows[start : start + size] for start in range(0, len(rows), size))


def rows_at_once() -> int:
    """How many rows of a long table are best given away at a time.  SQLite takes in nothing beside us: to it, all."""
    return PART if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else sys.maxsize


@contextmanager
def _checked_at_once(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Have PostgreSQL look up what rows refer to when it has taken them in, while we go on, and not when all wait at the end."""
    if database.vendor != "postgresql":
        yield
        return
    database.ensure_connection()
    database.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    database.connection.execute("SET CONSTRAINTS ALL DEFERRED")


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """The columns that we write: all but a number that the database gives."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, AutoField))


def _names(model: type[Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in _fields(model))


@lru_cache(maxsize=64)
def _insert(model: type[Model]) -> str:
    places = ", ".join(["%s"] * len(_fields(model)))
    return f'INSERT INTO "{model._meta.db_table}" ({_names(model)}) VALUES ({places})'  # noqa: S608  names of our own


@lru_cache(maxsize=64)
def _insert_one(model: type[Model]) -> str:
    key = model._meta.pk
    return f'{_insert(model)} RETURNING "{key.column}"' if isinstance(key, AutoField) else _insert(model)


def _copy(
    until: ExitStack,
    database: BaseDatabaseWrapper,
    model: type[Model],
    columns: Sequence[Written],
) -> None:
    """Send the rows.  The database works on them until the stack is closed, which waits for its answer."""
    sql, kinds = _copying(model)
    cursor = until.enter_context(database.cursor())
    until.enter_context(database.wrap_database_errors)
    copy = until.enter_context(cursor.cursor.copy(sql))
    copy.set_types(kinds)
    for row in zip(*columns, strict=True):
        copy.write_row(row)


@lru_cache(maxsize=64)
def _copying(model: type[Model]) -> tuple[str, list[str]]:
    """PostgreSQL's statement, and the kinds of its columns."""
    database = connections[DEFAULT_DB_ALIAS]
    kinds = [str(field.db_type(database)).partition("(")[0] for field in _fields(model)]
    return f'COPY "{model._meta.db_table}" ({_names(model)}) FROM STDIN (FORMAT BINARY)', kinds


def _columns(fields: Sequence[Field[Any, Any]], rows: Sequence[Model], database: BaseDatabaseWrapper) -> list[Written]:
    """The cells of each column."""
    names = [field.attname for field in fields]
    read = itemgetter(*names, names[0])  # of one name alone it would give no row
    values = zip(*(read(row.__dict__) for row in rows), strict=True)
    return [_column(field, those, rows, database) for field, those in zip(fields, values, strict=False)]


def _column(
    field: Field[Any, Any], values: Sequence[Any], rows: Sequence[Model], database: BaseDatabaseWrapper
) -> Written:
    """The cells of one column.  values: what the rows hold."""
    if (cells_of := getattr(field, "cells_of", None)) is not None:
        cells: Written = cells_of(rows)
        return cells
    if type(field).pre_save is Field.pre_save or _is_plain_time(field):
        return _written(field, values, database)
    return _written(field, [field.pre_save(row, add=True) for row in rows], database)


def _is_plain_time(field: Field[Any, Any]) -> bool:
    return type(field) is DateTimeField and not (field.auto_now or field.auto_now_add)


def _written(field: Field[Any, Any], values: Sequence[Any], database: BaseDatabaseWrapper) -> Written:
    """The values as the driver takes them.  What stands in many rows, such as a time or a circle, is prepared once."""
    kinds = frozenset(map(type, values))
    if kinds == NOTHING or kinds <= AS_THEY_ARE.get(_kind(field), frozenset()):
        return values
    if kinds == IDS and _kind(field) == "UUIDField":
        return values if database.features.has_native_uuid_field else [value.hex for value in values]
    first = values[0]
    if all(map(is_, values, repeat(first))):
        return [_written_out(field.get_db_prep_save(first, database))] * len(values)
    sign = _sign(field)
    known: dict[Any, Any] = {}
    found: list[Any] = []
    for value in values:
        key = sign(value)
        if key not in known:
            known[key] = _written_out(field.get_db_prep_save(value, database))
        found.append(known[key])
    return found


def _sign(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """What tells values of a column apart that may be written differently.

    JSON: its text, which tells True from 1.  A moment: itself, since one moment is written in one way.  Others: which one it is,
    for equal ones may be written differently.
    """
    if isinstance(field, JSONField):
        return repr
    return _moment if _is_plain_time(field) else id


def _moment(value: datetime | None) -> datetime | None:
    return value


def _written_out(prepared: Any) -> Any:
    """PostgreSQL's JSON with its text ready: psycopg would write it anew for each row."""
    if (write := getattr(prepared, "dumps", None)) is not None:
        text = write(prepared.obj)
        prepared.dumps = lambda _: text
    return prepared


def _kind(field: Field[Any, Any]) -> str:
    """What kind of column it is; of a reference, what it refers to."""
    found = field
    while isinstance(found, ForeignKey):
        found = found.target_field
    return found.get_internal_type()
