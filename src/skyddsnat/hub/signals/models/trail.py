"""What happened to a signal, what members say of it, and who has seen its value."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.signals.models.signal import Signal
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy import canaries


class Event(models.Model):
    """One line of the history on a signal's page.  `confidential` lines (who submitted) show to own member and reviewers only."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="events")
    episode = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    # Nobody asks for a member's lines, and each index costs every report that comes in.
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    facts = models.JSONField(default=dict)
    confidential = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="event_person")]

    def __str__(self) -> str:
        return self.kind


class Feedback(models.Model):
    """A member's word on a published signal, with one fixed reason."""

    class Reason(models.TextChoices):
        NOT_ILLEGAL = "not_illegal", _("not illegal")
        WRONG_SCOPE = "wrong_scope", _("blocks too much")
        GONE = "gone", _("no longer there")
        PARKED = "parked_or_resold", _("parked or resold")
        DUPLICATE = "duplicate", _("duplicate")
        MALFORMED = "malformed", _("not usable")
        SEEN = "seen", _("seen by us too")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        CONFIRMED = "confirmed", _("confirmed")
        DISMISSED = "dismissed", _("dismissed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="feedback")
    episode = models.PositiveIntegerField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["signal", "episode", "member", "reason"], name="one_word_a_reason"),
        ]
        indexes = [
            models.Index(fields=["outcome", "at"], name="feedback_outcome_at"),
            models.Index(fields=["member", "decided_at"], name="feedback_member_decided"),
        ]

    def __str__(self) -> str:
        return self.reason

    def get_reason_display(self) -> str:  # type: ignore[no-redef]
        """The reason in words, as a signal's words are found."""
        return str(self.Reason(self.reason).label)


class Reveal(models.Model):
    """Someone saw the value.  Colleagues of the same member can read this."""

    class Reason(models.TextChoices):
        REVIEW = "review", _("to review it")
        COMPLAINT = "complaint", _("to answer a complaint")
        FAULT = "fault", _("to find a fault in blocking")
        CASE = "case", _("to work on a case of our own")
        AUTHORITY = "authority", _("asked by an authority")

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="reveals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    seal_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # names the row before it has a number
    note = SealedTextField(max_length=300, bound=("seal_id", "signal_id", "person_id"))
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"reveal by {self.member_id}"


class Lookup(models.Model):
    """Someone asked whether a value is known.  The value is not kept: only that it was asked, and whether it was found."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=10, choices=Signal.Type)
    found = models.BooleanField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"look-up by {self.member_id}"


class CanaryMet(models.Model):
    """Someone handed in, or asked for, a mark of an exported list: that list has left the hands it was made for.

    marker: the mark itself, which is no signal's value.  Coordinators see it, and how one of them has dealt with it.
    """

    class ClosedAs(models.TextChoices):
        EXPLAINED = canaries.ClosedAs.EXPLAINED.value, _("the organisation has explained it")
        ACCESS_CLOSED = canaries.ClosedAs.ACCESS_CLOSED.value, _("who took the list out is let in no more")
        RIGHTFUL = canaries.ClosedAs.RIGHTFUL.value, _("the list was passed on as it may be")
        TRIED = canaries.ClosedAs.TRIED.value, _("the mark was handed in to try the alarm")

    marker = models.CharField(max_length=64)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=20, choices=ClosedAs, blank=True, default="")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"canary met by {self.member_id}"
