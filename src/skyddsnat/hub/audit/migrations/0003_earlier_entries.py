"""Note which entries are from before there was a tree; `take_in_old_rows` seals them once the hub's keys are in place."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Max

from skyddsnat.hub.drawn_alone import RunPython


def note(apps: Any, schema_editor: Any) -> None:
    last = apps.get_model("audit", "Entry").objects.aggregate(last=Max("id"))["last"]
    apps.get_model("audit", "LogState").objects.create(pk=1, old_until=last or 0)


def forget(apps: Any, schema_editor: Any) -> None:
    apps.get_model("audit", "LogState").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_merkle_tree")]
    operations = [RunPython(note, forget)]
