"""Many sealed cells at once: for migrations that seal what stood in the clear, and for changing keys.

Each batch is a transaction of its own, so that writers wait for moments only and a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db import connections, models, transaction

from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField

BATCH: Final = 500

Change = dict[str, Any]


def in_batches(
    rows: models.QuerySet[Any], turn: Callable[[Any], Change | None], *, using: str = "default"
) -> Iterator[int]:
    """Walk over rows by primary key and write what `turn` makes of each.  Yields how many rows each batch changed.

    turn: column values by field name, ready for the database; None leaves the row as it is.
    """
    last: Any = None
    while True:
        with transaction.atomic(using=using):
            part = rows.using(using).order_by("pk")
            found = list((part if last is None else part.filter(pk__gt=last))[:BATCH])
            changes = [(row.pk, change) for row in found if (change := turn(row)) is not None]
            write(rows.model, changes, using=using)
        yield len(changes)
        if len(found) < BATCH:
            return
        last = found[-1].pk


def write(model: type[models.Model], changes: Sequence[tuple[Any, Change]], *, using: str = "default") -> None:
    """Write some columns of some rows, whatever their models' own `save` would do."""
    if not changes:
        return
    connection = connections[using]
    fields: list[Any] = [model._meta.get_field(name) for name in changes[0][1]]
    key, quote = model._meta.pk, connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    text = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(str(key.column))} = %s"  # noqa: S608
    rows = [
        (
            *(field.get_db_prep_save(change[field.name], connection) for field in fields),
            key.get_db_prep_value(pk, connection),
        )
        for pk, change in changes
    ]
    with connection.cursor() as cursor:
        cursor.executemany(text, rows)


def forget_deleted(using: str = "default") -> None:
    """Write the database anew without what was deleted: pages that were freed still hold what stood there in the clear."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM" if connection.vendor == "sqlite" else "VACUUM (FULL)")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def seal_columns(model: type[models.Model], columns: dict[str, str], *, using: str) -> None:
    """Fill sealed columns, and the blind indexes of them, from plain ones.  columns: sealed by plain.  Can be run again."""
    fields = {plain: _sealed(model, name) for plain, name in columns.items()}
    indexes = [field for field in model._meta.fields if isinstance(field, BlindIndexField)]

    def turn(row: Any) -> Change:
        change: Change = {}
        for plain, field in fields.items():
            text = str(getattr(row, plain))
            setattr(row, field.name, text)
            change[field.name] = field.seal(text, field.row_of(row))
        return change | {index.name: index.pre_save(row, add=False) for index in indexes}

    rows = model._default_manager.filter(**{f"{name}__isnull": True for name in columns.values()})
    for _ in in_batches(rows, turn, using=using):
        pass


def open_columns(model: type[models.Model], columns: dict[str, str], *, using: str) -> None:
    """The way back: plain columns from sealed ones."""
    rows = model._default_manager.filter(**{f"{plain}__isnull": True for plain in columns})
    turn: Callable[[Any], Change] = lambda row: {plain: getattr(row, name) for plain, name in columns.items()}  # noqa: E731
    for _ in in_batches(rows, turn, using=using):
        pass


def _sealed(model: type[models.Model], name: str) -> SealedTextField:
    field = model._meta.get_field(name)
    if not isinstance(field, SealedTextField):
        raise TypeError(f"{field} is not sealed")
    return field
