"""A list that a person took out: who, when, how many rows and why.  The list itself is never kept, nor are its marks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.vault.fields import SealedTextField

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class ExportQuerySet(models.QuerySet["Export"]):
    """Every read starts at `visible_to`."""

    def visible_to(self, person: Person) -> ExportQuerySet:
        """What the person's own member took out: colleagues keep an eye on each other."""
        from skyddsnat.hub.lists.access import visible_exports

        rows: ExportQuerySet = visible_exports(self, person)
        return rows


class Export(models.Model):
    """One list taken out.  planted: how many marks it carries, worked out anew when a leaked list is to be traced."""

    class Form(models.TextChoices):
        CSV = "csv", _("CSV, for a spreadsheet")
        STIX = "stix", _("STIX 2.1 bundle")
        MISP = "misp", _("MISP event")

    class Reason(models.TextChoices):
        SYSTEM = "system", _("to load into a system of our own")
        CHECK = "check", _("to compare with what we have")
        REPORT = "report", _("for a report of ours")
        AUTHORITY = "authority", _("asked by an authority")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=4, choices=Form)
    plain = models.BooleanField()
    filters = models.JSONField(default=dict)
    reason = models.CharField(max_length=12, choices=Reason)
    note = SealedTextField(max_length=300)
    count = models.PositiveIntegerField()
    planted = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_index=True)

    objects: ClassVar[Any] = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"export of {self.count} rows"

    @property
    def reference(self) -> str:
        """What people call the export by."""
        return self.pk.hex[:8].upper()
