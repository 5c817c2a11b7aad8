"""Public keys of a member that compares itself, or of an organisation that computes.  The private halves never come here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.protocols.benchmark.signing import fingerprint


class BenchmarkKey(models.Model):
    """A member's signing and opening key, or a party's long-term signing key; hex of 32 raw bytes.

    It counts from when a second person of the same organisation has confirmed its fingerprint, until it is revoked or replaced.
    """

    class Use(models.TextChoices):
        MEMBER = "member", _("to hand in")
        PARTY = "party", _("to compute")

    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="benchmark_keys")
    use = models.CharField(max_length=6, choices=Use)
    signing_key = models.CharField(max_length=64, unique=True)
    opening_key = models.CharField(max_length=64, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "use"],
                condition=models.Q(confirmed_at__isnull=False, ended_at=None),
                name="benchmark_one_key_counts",
            ),
            models.UniqueConstraint(
                fields=["member", "use"],
                condition=models.Q(confirmed_at=None, ended_at=None),
                name="benchmark_one_key_waits",
            ),
            models.UniqueConstraint(
                fields=["opening_key"], condition=~models.Q(opening_key=""), name="benchmark_opening_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} key of {self.member_id}"

    @property
    def fingerprint(self) -> str:
        """What two people compare: the first 16 bytes of SHA-256 over the raw keys, in groups of four letters."""
        return fingerprint(self.signing_key, self.opening_key)

    @property
    def waits(self) -> bool:
        """Whether a second person has still to confirm it."""
        return self.confirmed_at is None and self.ended_at is None

    @property
    def counts(self) -> bool:
        """Whether it is the one that counts now."""
        return self.confirmed_at is not None and self.ended_at is None
