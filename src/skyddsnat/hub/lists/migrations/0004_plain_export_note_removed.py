"""Why a list was taken out does not stand in the clear any more."""

from __future__ import annotations

from django.db import migrations

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import SealedTextField


class Migration(migrations.Migration):

    dependencies = [("lists", "0003_export_notes_sealed")]

    operations = [DrawnAlone([
        migrations.RemoveField("export", "note_plain"),
        migrations.AlterField("export", "note", SealedTextField(max_length=300)),
    ])]
