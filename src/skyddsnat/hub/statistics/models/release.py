"""What was released of a series, once a period, and the events that its readers should know of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.statistics.models.figure import Revision
from skyddsnat.hub.statistics.models.series import LONGEST_PERIOD, Panel, Series
from skyddsnat.policy.statistics.words import EventKind

LONGEST_NOTE = 160


class Release(models.Model):
    """The decision on one period, taken once and never again: a later correction must not show by a difference.

    total: in the metric's smallest steps, None where the rules did not allow it.  index: of the fixed panel, in tenths (1000 is
    the base), None where there is none.  owners: how many contributed, counted by owner.  used: the revisions that it was made
    from.  context: what travels with the figure, codes and whole numbers (statistics.context).
    """

    class Shown(models.TextChoices):
        TOTAL = "total", pgettext_lazy("released", "total")
        INDEX = "index", pgettext_lazy("released", "index")
        HELD = "held", pgettext_lazy("released", "held back by the rules")

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="releases")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="releases")
    period = models.CharField(max_length=LONGEST_PERIOD)
    shown = models.CharField(max_length=8, choices=Shown)
    total = models.BigIntegerField(null=True)
    index = models.BigIntegerField(null=True)
    owners = models.PositiveIntegerField()
    used = models.ManyToManyField(Revision, related_name="release_uses")
    context = models.JSONField(default=dict)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["series", "period"]
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="statistics_released_once"),
            models.CheckConstraint(
                condition=(Q(shown="total") & Q(total__isnull=False)) | (~Q(shown="total") & Q(total=None)),
                name="statistics_total_where_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period}"


class Event(models.Model):
    """Something that may explain a step: marked on the axis of one series, or of all.  Recorded by a coordinator.

    note_sv, note_en: one line for the readers of the statistics, the public among them where the series is public.
    """

    WORDS = {
        EventKind.LIST_SOURCE: pgettext_lazy("event of a series", "New list source"),
        EventKind.OUTAGE: pgettext_lazy("event of a series", "Outage"),
        EventKind.MEMBER_JOINED: pgettext_lazy("event of a series", "New member"),
        EventKind.MEMBER_LEFT: pgettext_lazy("event of a series", "A member left"),
        EventKind.MERGER: pgettext_lazy("event of a series", "Merger of members"),
        EventKind.METHOD: pgettext_lazy("event of a series", "New way of counting"),
        EventKind.OTHER: pgettext_lazy("event of a series", "Other event"),
    }

    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="events")
    day = models.DateField()
    kind = models.CharField(max_length=14, choices=[(kind.value, text) for kind, text in WORDS.items()])
    note_sv = models.CharField(max_length=LONGEST_NOTE, blank=True)
    note_en = models.CharField(max_length=LONGEST_NOTE, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"
