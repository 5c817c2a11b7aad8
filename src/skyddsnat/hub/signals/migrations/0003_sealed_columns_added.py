"""Sealed columns beside the plain ones, which become `…_plain` until 0005 takes them away."""

from __future__ import annotations

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone
from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField


def beside(model: str, name: str, plain: models.Field, sealed: models.Field) -> list[migrations.operations.base.Operation]:
    """Rename the plain column, let it be empty, and put the sealed one in its place."""
    return [
        migrations.RenameField(model, name, f"{name}_plain"),
        migrations.AlterField(model, f"{name}_plain", plain),
        migrations.AddField(model, name, sealed),
    ]


class Migration(migrations.Migration):

    dependencies = [("signals", "0002_ended_signals_stay"), ("vault", "0001_initial")]

    operations = [DrawnAlone([
        migrations.RemoveConstraint("signal", "one_open_signal_a_value_in_a_circle"),
        migrations.RemoveConstraint("signal", "one_signal_a_value_and_episode"),
        migrations.RemoveConstraint("protectoverride", "one_override_a_value"),
        *beside("signal", "value", models.CharField(max_length=2048, null=True), SealedTextField(max_length=2048, null=True)),
        migrations.AddField("signal", "value_index", BlindIndexField(of="value", beside=("type",), null=True)),
        *beside(
            "submission",
            "note",
            models.TextField(max_length=2000, blank=True, null=True),
            SealedTextField(max_length=2000, blank=True, null=True),
        ),
        *beside(
            "protectoverride", "value", models.CharField(max_length=2048, null=True), SealedTextField(max_length=2048, null=True)
        ),
        migrations.AddField("protectoverride", "value_index", BlindIndexField(of="value", beside=("type",), null=True)),
        *beside(
            "protectoverride", "reason", models.TextField(max_length=600, null=True), SealedTextField(max_length=600, null=True)
        ),
        migrations.AddField("reveal", "seal_id", models.UUIDField(null=True, editable=False)),
        *beside(
            "reveal",
            "note",
            models.CharField(max_length=300, null=True),
            SealedTextField(max_length=300, bound=("seal_id", "signal_id", "person_id"), null=True),
        ),
        migrations.AddField("blockrule", "seal_id", models.UUIDField(null=True, editable=False)),
        *beside(
            "blockrule",
            "reason",
            models.TextField(max_length=600, null=True),
            SealedTextField(max_length=600, bound=("seal_id", "type"), null=True),
        ),
        migrations.RenameField("review", "content", "content_plain"),
        migrations.AlterField("review", "content_plain", models.CharField(max_length=64, null=True)),
        migrations.AddField("review", "content", models.CharField(max_length=64, null=True)),
    ])]
