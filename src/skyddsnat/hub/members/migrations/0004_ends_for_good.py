"""Two matters more that two hands decide: a member leaves, a circle is closed."""

from __future__ import annotations

from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone


class Migration(migrations.Migration):

    dependencies = [("members", "0003_namespace_sealed")]

    operations = [
        DrawnAlone([
            migrations.AlterField(
                model_name="proposal",
                name="matter",
                field=models.CharField(
                    choices=[
                        ("admit", "new member"),
                        ("standing", "a member's standing"),
                        ("join", "a member into a circle"),
                        ("leave", "a member leaves"),
                        ("close", "a circle is closed"),
                        ("person", "new person"),
                        ("roles", "more roles"),
                        ("link", "new way in"),
                    ],
                    max_length=10,
                ),
            ),
        ]),
    ]
