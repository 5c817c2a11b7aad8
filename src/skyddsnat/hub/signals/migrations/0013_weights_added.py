"""Room for what the review queue is put in order by, and indexes for it, for the orders of the list and for what is kept unread.

Indexes that are the beginning of another go.
"""

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone


class Migration(migrations.Migration):
    dependencies = [("signals", "0012_indexes_that_others_cover")]
    operations = [DrawnAlone([
        migrations.AddField("signal", "waits", models.BooleanField(default=False)),
        migrations.AddField("signal", "reports", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("signal", "approvals", models.PositiveSmallIntegerField(default=0)),
        migrations.AlterField("signal", "valid_until", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "signal",
            models.Index(fields=["waits", "-approvals", "-reports", "submitted_at", "id"], name="signal_queue"),
        ),
        migrations.AddIndex("signal", models.Index(fields=["claimed_at"], name="signal_claimed")),
        migrations.AddIndex("signal", models.Index(fields=["state", "valid_until"], name="signal_state_until")),
        migrations.AddIndex(
            "signal", models.Index(fields=["valid_until", "-changed_at", "id"], name="signal_until")
        ),
        migrations.AddIndex("signal", models.Index(fields=["type", "changed_at"], name="signal_type_changed")),
        migrations.AddIndex("signal", models.Index(fields=["circle", "changed_at"], name="signal_circle_changed")),
        migrations.AddIndex("mark", models.Index(fields=["person", "unread"], name="mark_person_unread")),
    ])]
