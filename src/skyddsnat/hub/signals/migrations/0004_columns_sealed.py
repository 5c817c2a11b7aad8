"""Seal what stood in the clear, in batches; a run that was stopped goes on where it was.  Back: everything opens again."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.db import migrations

from skyddsnat.hub.drawn_alone import RunPython
from skyddsnat.hub.vault.cells import in_batches, open_columns, seal_columns
from skyddsnat.hub.vault.ring import ring

COLUMNS = {
    "Signal": {"value_plain": "value"},
    "Submission": {"note_plain": "note"},
    "ProtectOverride": {"value_plain": "value", "reason_plain": "reason"},
    "Reveal": {"note_plain": "note"},
    "BlockRule": {"reason_plain": "reason"},
}
JUDGED = b"skyddsnat/1\0signals.review.content\0"  # as in services.dossier


def forth(apps: Any, editor: Any) -> None:
    using = editor.connection.alias
    for name in ("Reveal", "BlockRule"):
        rows = apps.get_model("signals", name).objects.filter(seal_id=None)
        _all(in_batches(rows, lambda row: {"seal_id": uuid.uuid4()}, using=using))
    for name, columns in COLUMNS.items():
        seal_columns(apps.get_model("signals", name), columns, using=using)
    reviews = apps.get_model("signals", "Review").objects.filter(content=None)
    _all(in_batches(reviews, lambda row: {"content": ring().blind(JUDGED, row.content_plain)}, using=using))


def back(apps: Any, editor: Any) -> None:
    """A judgement of content that has changed since cannot be named again: its hash becomes one that fits nothing."""
    using = editor.connection.alias
    for name, columns in COLUMNS.items():
        open_columns(apps.get_model("signals", name), columns, using=using)
    reviews = apps.get_model("signals", "Review").objects.filter(content_plain=None).select_related("signal")
    _all(in_batches(reviews, _content, using=using))


def _content(review: Any) -> dict[str, Any]:
    signal = review.signal
    text = "\n".join((signal.type, signal.hash_kind, signal.scope, signal.value))
    now = hashlib.sha256(text.encode()).hexdigest()
    return {"content_plain": now if ring().blind(JUDGED, now) == review.content else "0" * 64}


def _all(batches: Any) -> None:
    for _ in batches:
        pass


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("signals", "0003_sealed_columns_added")]

    operations = [RunPython(forth, back)]
