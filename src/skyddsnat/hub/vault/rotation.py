"""Changing the key while the hub runs: a new key seals from now on, and what older ones sealed is sealed anew in small batches.

Safe to stop and to run again.  Workers read under old and new keys all the while; a cell that someone writes meanwhile is left as
they wrote it, since each is replaced only if it is still the one that was read.  The key of the blind indexes does not change
(docs/adr/0016).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Upper

from skyddsnat.hub.vault.errors import BadKeyRing
from skyddsnat.hub.vault.fields import Sealed, SealedTextField
from skyddsnat.hub.vault.keys import note_keys
from skyddsnat.hub.vault.models import Key
from skyddsnat.hub.vault.ring import add_key, drop_key, ring

BATCH: Final = 500
GRACE: Final = timedelta(hours=1)
"""How long a replaced key stays at least: longer than any request that may still write under it."""


class NotYet(Exception):
    """A key cannot be retired now; the message says what to wait for."""


class Store(Protocol):
    """Something that holds sealed cells."""

    name: str

    def counts(self) -> Counter[int]:
        """How many cells are under each key."""

    def reseal(self, kid: int) -> Iterator[int]:
        """Seal anew what is not under the key, batch by batch.  Yields how many each batch changed."""


class _KeyOf(models.Func):
    """The key id of a sealed column, as two hexadecimal digits."""

    output_field = models.CharField()
    arity = 1
    template = "hex(substr(%(expressions)s, 2, 1))"

    def as_postgresql(self, compiler: Any, db: Any, **rest: Any) -> Any:
        return super().as_sql(compiler, db, template="encode(substring(%(expressions)s from 2 for 1), 'hex')", **rest)


@dataclass(frozen=True, slots=True)
class Column:
    """One sealed column of ours."""

    field: SealedTextField

    @property
    def name(self) -> str:
        return f"{self.field.model._meta.db_table}.{self.field.column}"

    def _rows(self) -> models.QuerySet[Any]:
        return self.field.model._base_manager.annotate(key_of=Upper(_KeyOf(models.F(self.field.name))))

    def counts(self) -> Counter[int]:
        found = self._rows().order_by().values_list("key_of").annotate(models.Count("pk"))
        return Counter({int(kid or "0", 16): count for kid, count in found})

    def reseal(self, kid: int) -> Iterator[int]:
        last: Any = None
        rows = self._rows().exclude(key_of=f"{kid:02X}").only(self.field.name, *self.field.bound)
        while True:
            part = rows.order_by("pk") if last is None else rows.filter(pk__gt=last).order_by("pk")
            found = list(part[:BATCH])
            if not found:
                return
            last = found[-1].pk
            yield self._replace(found)

    def _replace(self, rows: Sequence[Any]) -> int:
        field, quote = self.field, connection.ops.quote_name
        key, column = field.model._meta.pk, quote(str(field.column))
        text = (
            f"UPDATE {quote(field.model._meta.db_table)} SET {column} = %s "  # noqa: S608
            f"WHERE {quote(str(key.column))} = %s AND {column} = %s"
        )
        done = 0

        def ready(cell: Sealed) -> Any:
            return field.get_db_prep_value(cell, connection)

        with transaction.atomic(), connection.cursor() as cursor:
            for row in rows:
                held = row.__dict__[field.attname]
                fresh = field.seal(field.open(held, field.row_of(row)), field.row_of(row))
                cursor.execute(text, [ready(fresh), key.get_db_prep_value(row.pk, connection), ready(held)])
                done += cursor.rowcount
        return done


def columns() -> list[Column]:
    """Every sealed column of every table, but for the proofs: each key's own stays under it."""
    return [
        Column(field)
        for model in apps.get_models()
        if model is not Key
        for field in model._meta.local_fields
        if isinstance(field, SealedTextField)
    ]


def rotate(stores: Sequence[Store], *, now: datetime, tell: Callable[[str, int], None]) -> int:
    """Go on with a change of keys that was stopped, else begin one; returns the number of the key that seals.

    tell: called with a store's name and how many cells were sealed anew, after each batch.  Raises BadKeyRing.
    """
    if settings.VAULT_KEYS:
        raise BadKeyRing(
            "the vault's keys stand in SKYDDSNAT_VAULT_KEYS, expected a file; add a seal line there by hand"
        )
    current = ring(fresh=True).current
    if not any(count for store in stores for kid, count in store.counts().items() if kid != current):
        current = add_key(Path(settings.VAULT_KEYS_FILE))
    # Also of a change that goes on: it may have been stopped right behind the file.
    note_keys()
    Key.objects.exclude(pk=current).filter(replaced_at=None).update(replaced_at=now)
    # A worker that looked at the file a moment ago may still write under the old key: what it leaves, the next round takes.
    for store in stores:
        while any(kid != current for kid in +store.counts()):
            for count in store.reseal(current):
                tell(store.name, count)
    return current


def retire(stores: Sequence[Store], kid: int, *, now: datetime) -> None:
    """Take a key out for good.  Raises NotYet: it seals, cells are under it, or it was replaced less than an hour ago."""
    found, keys = Key.objects.filter(pk=kid).first(), ring(fresh=True)
    if found is None or kid == keys.current or kid not in keys.ciphers:
        raise NotYet(f"key {kid} seals or is not there, expected one that was replaced; run: skyddsnat hub keys rotate")
    if found.replaced_at is None or now < found.replaced_at + GRACE:
        raise NotYet(f"key {kid} was replaced less than an hour ago, expected an hour for the last requests under it")
    left = sum(store.counts()[kid] for store in stores)
    if left:
        raise NotYet(f"{left} cells are still under key {kid}, expected none; run: skyddsnat hub keys rotate")
    found.retired_at = now
    found.save(update_fields=["retired_at"])
    drop_key(Path(settings.VAULT_KEYS_FILE), kid)
