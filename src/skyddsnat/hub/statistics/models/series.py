"""Series: one metric of the catalogue over periods; who is in its joint figure, and the fixed panels that is made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_PERIOD = 7


class Series(models.Model):
    """One metric that is collected.

    first_period: the first that is collected.  is_public: whether its joint figures may be published, which members agree to with
    the rest.  approved_by: counsel, without whom nothing is totalled (metrics.yaml, `joint_totals`).
    """

    metric = models.CharField(max_length=20, primary_key=True)
    first_period = models.CharField(max_length=LONGEST_PERIOD)
    is_public = models.BooleanField(default=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["metric"]

    def __str__(self) -> str:
        return self.metric


class Agreement(models.Model):
    """A member's word that its figures may be in a series' joint figure, for as long as it stands."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="agreements")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "member"], condition=Q(ended_at=None), name="statistics_one_agreement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.series_id}"


class Panel(models.Model):
    """The members that a series' joint figures are made of, fixed from `first_period` until the next panel begins.

    Whoever joins or leaves makes a new panel.  Two panels' totals are never both shown: their difference would be the figure of
    the one who came or went (docs/adr/0036).
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="panels")
    number = models.PositiveIntegerField()
    first_period = models.CharField(max_length=LONGEST_PERIOD)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["series", "number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="statistics_panel_number")]

    def __str__(self) -> str:
        return f"panel {self.number} of {self.series_id}"


class PanelMember(models.Model):
    """A member of a panel.  owner: its control group when the panel was made; a release goes by the owners of its day."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=60)

    class Meta:
        ordering = ["member"]
        constraints = [models.UniqueConstraint(fields=["panel", "member"], name="statistics_once_in_a_panel")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.panel_id}"
