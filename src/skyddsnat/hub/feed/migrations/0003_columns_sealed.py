"""Seal what stood in the clear, in batches; a run that was stopped goes on where it was.  Back: everything opens again."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from skyddsnat.hub.drawn_alone import RunPython
from skyddsnat.hub.vault.cells import open_columns, seal_columns

COLUMNS = {"raw_plain": "raw", "said_plain": "said"}


def forth(apps: Any, editor: Any) -> None:
    seal_columns(apps.get_model("feed", "ObjectVersion"), COLUMNS, using=editor.connection.alias)


def back(apps: Any, editor: Any) -> None:
    open_columns(apps.get_model("feed", "ObjectVersion"), COLUMNS, using=editor.connection.alias)


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("feed", "0002_sealed_columns_added")]

    operations = [RunPython(forth, back)]
