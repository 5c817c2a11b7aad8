"""Signs of life of what works in the background."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When something that must happen again and again was last done."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
