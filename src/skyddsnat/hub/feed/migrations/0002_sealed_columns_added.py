"""Sealed columns beside the plain ones, which become `…_plain` until 0004 takes them away."""

from __future__ import annotations

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import SealedTextField


class Migration(migrations.Migration):

    dependencies = [("feed", "0001_initial"), ("vault", "0001_initial")]

    operations = [DrawnAlone([
        migrations.RenameField("objectversion", "raw", "raw_plain"),
        migrations.AlterField("objectversion", "raw_plain", models.TextField(null=True)),
        migrations.AddField("objectversion", "raw", SealedTextField(max_length=100_000, null=True)),
        migrations.RenameField("objectversion", "said", "said_plain"),
        migrations.AlterField("objectversion", "said_plain", models.CharField(max_length=64, null=True)),
        migrations.AddField("objectversion", "said", SealedTextField(max_length=64, null=True)),
    ])]
