"""The log: one row for each change and each reveal.  Rows are only ever added."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """Who did what to which thing.  `facts` never holds a signal's value, a secret or free text that people wrote."""

    at = models.DateTimeField(db_index=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("members.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    token = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, db_index=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.kind}"
