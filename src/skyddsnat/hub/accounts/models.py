"""How people come in and how machines prove who they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A one-time link.  Only the hash of its secret is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ApiToken(models.Model):
    """A machine's token, `skn_<id>_<secret>`: 256 random bits, shown once, kept as SHA-256.

    created_by None: issued by set-up on the server.  A maker who is deleted takes their tokens along, so None never means more.
    """

    id = models.CharField(primary_key=True, max_length=16)
    secret_sha256 = models.CharField(max_length=64)
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label
