"""Whoever is there already starts with nothing unread: marks tell of what changes from now on."""

from django.db import migrations
from django.utils import timezone

from skyddsnat.hub.drawn_alone import RunPython


def begin(apps, schema_editor):
    desk = apps.get_model("signals", "Desk")
    people = apps.get_model("members", "Person").objects.values_list("pk", flat=True)
    now = timezone.now()
    desk.objects.bulk_create([desk(person_id=pk, read_before=now) for pk in people], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("signals", "0009_daily_work"), ("members", "0001_initial")]
    operations = [RunPython(begin, RunPython.noop)]
