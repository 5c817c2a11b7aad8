"""Which keys this database was sealed with: a proof of each, so that a lost or a wrong key is told at once."""

from __future__ import annotations

from django.db import models

from skyddsnat.hub.vault.fields import SealedTextField


class Key(models.Model):
    """One key of the ring, by its number.  The key itself is never here.

    proof: a text that only this key opens, and that names the index key too.  replaced_at: when another began to seal;
    retired_at: when it was taken out of the ring for good.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    proof = SealedTextField(max_length=64)
    replaced_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"key {self.pk}"
