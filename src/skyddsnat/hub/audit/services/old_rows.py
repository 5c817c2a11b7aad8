"""Entries from before there was a tree: taken in once, by the first `hub migrate` or `hub init` with this release."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction

from skyddsnat.hub.audit.leaves import personal_fields, stamp_of
from skyddsnat.hub.audit.models import Checkpoint, Entry, LogState
from skyddsnat.hub.audit.models.entry import opened
from skyddsnat.protocols.log import Personal, commitment
from skyddsnat.protocols.log.entry import SALT_BYTES

BATCH: Final = 2_000


def take_in_old_rows() -> int:
    """Seal the rows that the migration has found.  Returns how many.  A second call finds none."""
    done = 0
    while True:
        with transaction.atomic():
            state = LogState.objects.select_for_update().filter(pk=1).first()
            # Once something is signed, an unstamped row is no old one, whatever the database says.
            if state is None or not state.old_until or Checkpoint.objects.exists():
                return done
            rows = list(Entry.objects.filter(pk__lte=state.old_until, stamp=b"").order_by("pk")[:BATCH])
            for row in rows:
                row.salt = secrets.token_bytes(SALT_BYTES)
                row.personal = commitment(Personal(**personal_fields(row)), row.salt)
                row.stamp = stamp_of(row)
            opened().bulk_update(rows, ["salt", "personal", "stamp"], batch_size=200)
            if len(rows) < BATCH:
                LogState.objects.filter(pk=1).update(old_until=0)
            done += len(rows)
