"""Count once, for the signals that are there, what services.weight keeps from now on."""

from django.db import migrations
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from skyddsnat.hub.drawn_alone import RunPython

OPEN = ["submitted", "in_review", "corroborated"]
JUDGED_AT = ["first", "second"]


def count(apps, schema_editor):
    signals = apps.get_model("signals", "Signal").objects
    here = {"signal": OuterRef("pk"), "episode": OuterRef("episode")}
    reports = apps.get_model("signals", "Submission").objects.filter(**here, retracted_at=None)
    approvals = apps.get_model("signals", "Review").objects.filter(**here, verdict="approve", standing=True)
    signals.update(reports=_number(reports, "member__control_group"), approvals=_number(approvals, "pk"))
    signals.filter(state__in=OPEN, stage__in=JUDGED_AT).update(waits=True)


def _number(rows, field):
    counted = rows.order_by().values("signal").annotate(n=Count(field, distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class Migration(migrations.Migration):
    dependencies = [("signals", "0013_weights_added"), ("members", "0001_initial")]
    operations = [RunPython(count, RunPython.noop)]
