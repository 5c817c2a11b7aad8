"""What a member hands in, and the override that a protected name needs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField
from skyddsnat.hub.vault.shown import shown
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
        MISP = "misp", _("MISP file")
        TAXII = "taxii", _("TAXII")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No key has an index of its own: another one begins with the same column, and each costs every row that comes in.
    signal = models.ForeignKey("signals.Signal", on_delete=models.CASCADE, related_name="submissions", db_index=False)
    episode = models.PositiveIntegerField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=6, choices=Channel)
    scope = models.CharField(max_length=10)  # what this member asked for; the signal's own scope is what is judged
    basis = models.CharField(max_length=20, choices=BasisChoice)
    note = SealedTextField(max_length=2000, blank=True)
    stix_id = models.CharField(max_length=120, blank=True)  # the id under which the member's machine knows it
    at = models.DateTimeField()
    place = models.PositiveIntegerField(
        default=0
    )  # in its hand-in: pieces of a file are read back in the order they came
    retracted_at = models.DateTimeField(null=True)  # the member took its report back; others' reports stand
    ended_as = models.CharField(max_length=12, blank=True)  # the state in which the episode ended: its fate, for good
    ended_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["signal", "episode", "member"], name="one_report_a_member_and_episode")
        ]
        indexes = [
            models.Index(fields=["member", "at", "place"], name="submission_in_turn"),
            models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="submission_person"),
        ]

    def __str__(self) -> str:
        return f"submission by {self.member_id}"


class ProtectOverride(models.Model):
    """Two persons of two organisations let a protected name into review.  It still needs its reviewers; agents decide anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=10)
    value = SealedTextField(max_length=2048)
    value_index = BlindIndexField(of="value", beside=("type",))
    scope = models.CharField(max_length=10)
    protection = models.CharField(max_length=20)  # why the name is protected, a code of policy.protect
    reason = SealedTextField(max_length=600)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "value_index", "scope"], condition=models.Q(ended_at=None), name="one_override_a_value"
            )
        ]

    def __str__(self) -> str:
        return f"override for a {self.type}"

    @property
    def masked(self) -> str:
        """The hint that stands on pages in place of the value."""
        return shown(lambda: mask(SignalType(self.type), self.value))
