"""What a member hands in, and the override that a protected name needs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.normal_form import mask
from skyddsnat.policy.vocabulary import Basis, SignalType


class BasisChoice(models.TextChoices):
    """Why someone stands behind a report or a verdict."""

    OWN_OBSERVATION = Basis.OWN_OBSERVATION.value, _("own observation")
    HOTLINE_ASSESSMENT = Basis.HOTLINE_ASSESSMENT.value, _("hotline's assessment")
    POLICE_LIST = Basis.POLICE_LIST.value, _("police list")
    COURT = Basis.COURT.value, _("court decision")


class Submission(models.Model):
    """One member's report of a signal.  A second member's report corroborates the first."""

    class Channel(models.TextChoices):
        FORM = "form", _("form")
        PASTE = "paste", _("pasted lines")
        CSV = "csv", _("CSV file")
        STIX = "stix", _("STIX file")
        TAXII = "taxii", _("TAXII")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey("signals.Signal", on_delete=models.CASCADE, related_name="submissions")
    episode = models.PositiveIntegerField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=6, choices=Channel)
    scope = models.CharField(max_length=10)  # what this member asked for; the signal's own scope is what is judged
    basis = models.CharField(max_length=20, choices=BasisChoice)
    note = models.TextField(max_length=2000, blank=True)
    stix_id = models.CharField(max_length=120, blank=True)  # the id under which the member's machine knows it
    at = models.DateTimeField(db_index=True)
    retracted_at = models.DateTimeField(null=True)  # the member took its report back; others' reports stand
    ended_as = models.CharField(max_length=12, blank=True)  # the state in which the episode ended: its fate, for good
    ended_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["signal", "episode", "member"], name="one_report_a_member_and_episode")
        ]

    def __str__(self) -> str:
        return f"submission by {self.member_id}"


class ProtectOverride(models.Model):
    """Two persons of two organisations let a protected name into review.  It still needs its reviewers; agents decide anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=10)
    value = models.CharField(max_length=2048)
    scope = models.CharField(max_length=10)
    protection = models.CharField(max_length=20)  # why the name is protected, a code of policy.protect
    reason = models.TextField(max_length=600)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "value", "scope"], condition=models.Q(ended_at=None), name="one_override_a_value"
            )
        ]

    def __str__(self) -> str:
        return f"override for a {self.type}"

    @property
    def masked(self) -> str:
        """The hint that stands on pages in place of the value."""
        return mask(SignalType(self.type), self.value)
