"""Nothing stands in the clear any more."""

from __future__ import annotations

import uuid

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField


class Migration(migrations.Migration):

    dependencies = [("signals", "0004_columns_sealed")]

    operations = [DrawnAlone([
        migrations.RemoveField("signal", "value_plain"),
        migrations.RemoveField("submission", "note_plain"),
        migrations.RemoveField("protectoverride", "value_plain"),
        migrations.RemoveField("protectoverride", "reason_plain"),
        migrations.RemoveField("reveal", "note_plain"),
        migrations.RemoveField("blockrule", "reason_plain"),
        migrations.RemoveField("review", "content_plain"),
        migrations.AlterField("signal", "value", SealedTextField(max_length=2048)),
        migrations.AlterField("signal", "value_index", BlindIndexField(of="value", beside=("type",))),
        migrations.AlterField("submission", "note", SealedTextField(max_length=2000, blank=True)),
        migrations.AlterField("protectoverride", "value", SealedTextField(max_length=2048)),
        migrations.AlterField("protectoverride", "value_index", BlindIndexField(of="value", beside=("type",))),
        migrations.AlterField("protectoverride", "reason", SealedTextField(max_length=600)),
        migrations.AlterField("reveal", "seal_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AlterField(
            "reveal", "note", SealedTextField(max_length=300, bound=("seal_id", "signal_id", "person_id"))
        ),
        migrations.AlterField("blockrule", "seal_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AlterField("blockrule", "reason", SealedTextField(max_length=600, bound=("seal_id", "type"))),
        migrations.AlterField("review", "content", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "signal",
            models.UniqueConstraint(
                fields=["circle", "type", "hash_kind", "value_index"],
                condition=~models.Q(state__in=["expired", "rejected", "withdrawn"]) & models.Q(lifted=False),
                name="one_open_signal_a_value_in_a_circle",
            ),
        ),
        migrations.AddConstraint(
            "signal",
            models.UniqueConstraint(
                fields=["circle", "type", "hash_kind", "value_index", "episode"], name="one_signal_a_value_and_episode"
            ),
        ),
        migrations.AddConstraint(
            "protectoverride",
            models.UniqueConstraint(
                fields=["type", "value_index", "scope"],
                condition=models.Q(ended_at=None),
                name="one_override_a_value",
            ),
        ),
    ])]
