"""Judgements, and the coalition's rule on what a hotline's verdict reaches."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.signals.models.signal import Signal
from skyddsnat.hub.signals.models.submission import BasisChoice
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.review import RejectReason, WithdrawReason


class Review(models.Model):
    """One reviewer's judgement of one episode.  It binds to what was judged: `content`: keyed hash of type, value and scope.

    Only an approval stands or falls; it falls (`standing` False) when the content changes, when it is sent back or withdrawn.
    """

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("approve")
        REJECT = "reject", _("reject")
        SEND_BACK = "send_back", _("send back")
        RENEW = "renew", _("renew")
        UPHOLD = "uphold", _("uphold")
        LIFT = "lift", _("suspend")
        WITHDRAW = "withdraw", _("withdraw")

    class RejectReason(models.TextChoices):
        NOT_ILLEGAL = RejectReason.NOT_ILLEGAL.value, _("not illegal")
        WRONG_SCOPE = RejectReason.WRONG_SCOPE.value, _("too wide")
        GONE = RejectReason.GONE.value, _("no longer there")
        PARKED = RejectReason.PARKED.value, _("parked or resold")
        DUPLICATE = RejectReason.DUPLICATE.value, _("duplicate")
        MALFORMED = RejectReason.MALFORMED.value, _("not usable")
        INSUFFICIENT = RejectReason.INSUFFICIENT.value, _("too little to go on")

    class WithdrawReason(models.TextChoices):
        MISTAKE = WithdrawReason.MISTAKE.value, _("reported by mistake")
        NOT_ILLEGAL = WithdrawReason.NOT_ILLEGAL.value, _("not illegal")
        WRONG_SCOPE = WithdrawReason.WRONG_SCOPE.value, _("too wide")
        GONE = WithdrawReason.GONE.value, _("no longer there")
        PARKED = WithdrawReason.PARKED.value, _("parked or resold")
        DUPLICATE = WithdrawReason.DUPLICATE.value, _("duplicate")

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="reviews")
    episode = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    mandate = models.CharField(max_length=10, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    basis = models.CharField(max_length=20, choices=BasisChoice, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    checklist = models.JSONField(default=list)
    content = models.CharField(max_length=64)
    standing = models.BooleanField(default=True)  # False once it was overturned or the content changed
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["signal", "episode", "member"],
                condition=models.Q(standing=True, verdict="approve"),
                name="one_standing_approval_a_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.member_id}"


class BlockRule(models.Model):
    """The coalition's decision that a hotline's verdict on a type reaches `block`: two persons of two members, logged."""

    type = models.CharField(max_length=10, choices=Signal.Type)
    seal_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # names the row before it has a number
    reason = SealedTextField(max_length=600, bound=("seal_id", "type"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type"], condition=models.Q(ended_at=None), name="one_rule_a_type")
        ]

    def __str__(self) -> str:
        return f"rule for {self.type}"
