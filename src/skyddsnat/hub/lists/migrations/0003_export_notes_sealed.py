"""Seal why lists were taken out, in batches; a run that was stopped goes on where it was.  Back: the notes open again."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from skyddsnat.hub.drawn_alone import RunPython
from skyddsnat.hub.vault.cells import open_columns, seal_columns

COLUMNS = {"note_plain": "note"}


def forth(apps: Any, editor: Any) -> None:
    seal_columns(apps.get_model("lists", "Export"), COLUMNS, using=editor.connection.alias)


def back(apps: Any, editor: Any) -> None:
    open_columns(apps.get_model("lists", "Export"), COLUMNS, using=editor.connection.alias)


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("lists", "0002_export_note_beside")]

    operations = [RunPython(forth, back)]
