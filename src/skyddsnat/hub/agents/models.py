"""What each operator's agent last said of itself.  Positions and health, never a client's data and never a listed name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Agent(models.Model):
    """One agent of one member, as of its last report."""

    class State(models.TextChoices):
        STARTING = "starting", _("starting")
        LIVE = "live", _("live")
        OBSERVING = "observing", _("observes, blocks nothing")
        HELD = "held", _("held for a person")
        ERROR = "error", _("fault")

    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="agents")
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State)
    positions = models.JSONField(default=dict)
    list_sha256 = models.CharField(max_length=64, blank=True)
    entries = models.PositiveIntegerField(default=0)
    resolvers = models.JSONField(default=list)
    held = models.JSONField(null=True)
    publish_seconds = models.FloatField(null=True)
    reported_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)  # by the agent's own clock: a report that comes late is known by it
    first_seen_at = models.DateTimeField()
    state_since = models.DateTimeField()

    class Meta:
        ordering = ["member__name", "name"]
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="one_row_an_agent")]

    def __str__(self) -> str:
        return self.name
