"""How people come in and how machines prove who they are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from skyddsnat.hub.vault.fields import SealedTextField


class EntryCode(models.Model):
    """The second half of a way in, told to who confirmed it: a link alone, which the coordinator has, then opens nothing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"entry code {self.pk}"


class Invitation(models.Model):
    """A one-time link.  Only the hash of its secret is kept.  code_sha256: of the code that it needs besides; empty for none."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    code_sha256 = models.CharField(max_length=64, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)

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


class StoredSession(AbstractBaseSession):
    """A session: its key is the hash of what the browser holds, its data are sealed for that key."""

    session_data = SealedTextField(max_length=100_000)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from skyddsnat.hub.accounts.sessions import SessionStore

        return SessionStore
