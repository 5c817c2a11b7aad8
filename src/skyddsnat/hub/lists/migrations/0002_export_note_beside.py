"""A sealed note beside the plain one, which becomes `note_plain` until 0004 takes it away."""

from __future__ import annotations

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import SealedTextField


class Migration(migrations.Migration):

    dependencies = [("lists", "0001_initial"), ("vault", "0001_initial")]

    operations = [DrawnAlone([
        migrations.RenameField("export", "note", "note_plain"),
        migrations.AlterField("export", "note_plain", models.CharField(max_length=300, null=True)),
        migrations.AddField("export", "note", SealedTextField(max_length=300, null=True)),
    ])]
