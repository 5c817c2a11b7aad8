"""What one person proposes of the coalition itself and a second one confirms."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.second_hand import Matter


class Proposal(models.Model):
    """Exactly what is done when it is confirmed: nothing of it can be changed, only confirmed, turned down or left to lapse.

    facts: the arguments of the service that carries it out; a proposed person's name and address go once it is decided.
    """

    class MatterChoice(models.TextChoices):
        ADMIT = Matter.ADMIT.value, _("new member")
        STANDING = Matter.STANDING.value, _("a member's standing")
        JOIN = Matter.JOIN.value, _("a member into a circle")
        LEAVE = Matter.LEAVE.value, _("a member leaves")
        CLOSE = Matter.CLOSE.value, _("a circle is closed")
        PERSON = Matter.PERSON.value, _("new person")
        ROLES = Matter.ROLES.value, _("more roles")
        LINK = Matter.LINK.value, _("new way in")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.CharField(max_length=10, choices=MatterChoice)
    facts = models.JSONField(default=dict)
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    circle = models.ForeignKey("members.Circle", on_delete=models.CASCADE, null=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at"]
        indexes = [models.Index(fields=["confirmed_at", "ended_at", "lapses_at"], name="proposal_open")]

    def __str__(self) -> str:
        return f"proposal: {self.matter}"
