"""The coalition's secret namespace is sealed: with it, guessed values could be tried against the ids in the feed."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations, models

import skyddsnat.hub.members.models.organisation
from skyddsnat.hub.drawn_alone import DrawnAlone, RunPython
from skyddsnat.hub.vault.cells import in_batches
from skyddsnat.hub.vault.fields import SealedTextField

BOUND = ("identity",)


def forth(apps: Any, editor: Any) -> None:
    def turn(row: Any) -> dict[str, Any]:
        return {"namespace": field.seal(str(row.namespace_plain), field.row_of(row))}

    coalitions = apps.get_model("members", "Coalition")
    field = coalitions._meta.get_field("namespace")
    for _ in in_batches(coalitions.objects.all(), turn, using=editor.connection.alias):
        pass


def back(apps: Any, editor: Any) -> None:
    for row in apps.get_model("members", "Coalition").objects.using(editor.connection.alias):
        row.namespace_plain = uuid.UUID(row.namespace)
        row.save(update_fields=["namespace_plain"])


class Migration(migrations.Migration):

    dependencies = [("members", "0002_two_hands"), ("vault", "0001_initial")]

    operations = [
        DrawnAlone([
            migrations.RenameField("coalition", "namespace", "namespace_plain"),
            migrations.AlterField("coalition", "namespace_plain", models.UUIDField(null=True)),
            migrations.AddField("coalition", "namespace", SealedTextField(max_length=36, bound=BOUND, null=True)),
        ]),
        RunPython(forth, back),
        DrawnAlone([
            migrations.RemoveField("coalition", "namespace_plain"),
            # In two steps: no default of the field's may reach the database unsealed.
            migrations.AlterField("coalition", "namespace", SealedTextField(max_length=36, bound=BOUND)),
            migrations.AlterField(
                "coalition",
                "namespace",
                SealedTextField(
                    max_length=36, bound=BOUND, default=skyddsnat.hub.members.models.organisation.new_namespace
                ),
            ),
        ]),
    ]
