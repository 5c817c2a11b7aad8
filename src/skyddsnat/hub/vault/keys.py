"""The ring and the database must belong together: making the first ring, and telling when one does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from skyddsnat.hub.vault.envelope import seal
from skyddsnat.hub.vault.errors import BadKeyRing, CannotOpen
from skyddsnat.hub.vault.fields import Sealed
from skyddsnat.hub.vault.models import Key
from skyddsnat.hub.vault.ring import Ring, make, ring

PROOF: Final = "proof of the index key"


def ensure_ring() -> Ring:
    """The ring; made if there is none and the database was never sealed.  Raises BadKeyRing: a key in use is never replaced."""
    path = Path(settings.VAULT_KEYS_FILE)
    if not settings.VAULT_KEYS and not path.exists():
        if _proofs_are_there():
            raise BadKeyRing(
                f"the vault's keys {path} are not there, but the database is sealed; restore the file from its copy "
                "(docs/hub.md, Backups)"
            )
        make(path)
    return ring(fresh=True)


def note_keys() -> None:
    """Keep a proof of each key that the database has none of."""
    if not _table_is_there():
        return
    keys = ring(fresh=True)
    known = set(Key.objects.values_list("pk", flat=True))
    for kid in sorted(set(keys.ciphers) - known):
        Key.objects.bulk_create([_proof(keys, kid)], ignore_conflicts=True)


def _proof(keys: Ring, kid: int) -> Key:
    made = Key(pk=kid, made_at=timezone.now())
    field = Key._meta.get_field("proof")
    made.proof = Sealed(seal(keys.ciphers[kid], kid, keys.blind(b"", PROOF), at=field.place + str(kid).encode()))
    return made


def fault_of_keys() -> str | None:
    """What is wrong with the keys, in one line; None when they are the ones that this database is sealed with."""
    try:
        keys = ring(fresh=True)
    except BadKeyRing as fault:
        return str(fault)
    if not _proofs_are_there():
        return "the database has no proof of the vault's keys; run: skyddsnat hub migrate"
    for row in Key.objects.filter(retired_at=None):
        if row.pk not in keys.ciphers:
            return f"key {row.pk} is missing from the vault's keys, and cells are sealed with it; restore the file from its copy"
        try:
            told = row.proof
        except CannotOpen:
            return f"key {row.pk} of the vault's keys is not the one that the database is sealed with; restore the right file"
        if told != keys.blind(b"", PROOF):
            return "the index key is not the one that the database was indexed with; restore the right file"
    return None


def _table_is_there() -> bool:
    return Key._meta.db_table in connection.introspection.table_names()


def _proofs_are_there() -> bool:
    return _table_is_there() and Key.objects.filter(retired_at=None).exists()
