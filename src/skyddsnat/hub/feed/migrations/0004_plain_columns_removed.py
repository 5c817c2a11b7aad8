"""Nothing stands in the clear any more."""

from __future__ import annotations

from django.db import migrations

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import SealedTextField


class Migration(migrations.Migration):

    dependencies = [("feed", "0003_columns_sealed")]

    operations = [DrawnAlone([
        migrations.RemoveField("objectversion", "raw_plain"),
        migrations.RemoveField("objectversion", "said_plain"),
        migrations.AlterField("objectversion", "raw", SealedTextField(max_length=100_000)),
        migrations.AlterField("objectversion", "said", SealedTextField(max_length=64)),
    ])]
