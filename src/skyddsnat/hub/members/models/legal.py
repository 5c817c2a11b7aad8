"""The register of legal bases: what the coalition does, why it may, for how long."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LegalBasis(models.Model):
    """One activity with its basis, for counsel to keep current; it is no legal advice.

    retention_days: how long the activity's data are kept.  ends_on: the basis' last day, where a law has one; the day
    after, `skyddsnat hub tick` marks it lapsed.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("in force")
        LAPSED = "lapsed", pgettext_lazy("legal basis", "lapsed")

    activity = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)
    purpose = models.TextField(max_length=1000)
    retention_days = models.PositiveIntegerField()
    review_by = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    owner = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["activity"]

    def __str__(self) -> str:
        return self.activity
