"""A block that runs out before a decision is told as that."""

from __future__ import annotations

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone

OUTCOMES = [
    ("upheld", "the block stands"),
    ("lifted", "the block is lifted"),
    ("narrowed", "the block is narrowed"),
    ("ended", "the block ran out before a decision"),
    ("not_listed", "nothing of ours blocks it"),
]


class Migration(migrations.Migration):

    dependencies = [("complaints", "0002_names_of_strangers_end")]

    operations = [
        DrawnAlone([
            migrations.AlterField(
                model_name=model,
                name="outcome",
                field=models.CharField(blank=True, choices=OUTCOMES, max_length=10),
            )
            for model in ("case", "caseblock")
        ]),
    ]
