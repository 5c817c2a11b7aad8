from django.db import migrations, models

from skyddsnat.hub.drawn_alone import DrawnAlone


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0015_indexes_that_are_asked'),
    ]

    operations = [DrawnAlone([
        migrations.AddField(
            model_name='canarymet',
            name='closed_as',
            field=models.CharField(blank=True, choices=[('explained', 'the organisation has explained it'), ('access_closed', 'who took the list out is let in no more'), ('rightful', 'the list was passed on as it may be'), ('tried', 'the mark was handed in to try the alarm')], default='', max_length=20),
        ),
    ])]
