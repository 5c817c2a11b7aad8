"""A stop that its writer holds to be a mistake, without the text that was stopped."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.false_stops import Explanation
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class FalseStopQuerySet(models.QuerySet["FalseStop"]):
    """Requests."""

    def visible_to(self, person: Person) -> FalseStopQuerySet:
        """A person's own requests; to a coordinator, everyone's."""
        return self if person.has_role(Role.COORDINATOR) else self.filter(person=person)


class FalseStop(models.Model):
    """A request to let one exact text through, once, in one place.

    seal: a keyed hash of member, circle, value and text; nothing of the text can be had from it.
    shapes: what was found with digits as 0 and letters as a.
    """

    class Explanation(models.TextChoices):
        TIME = Explanation.TIME.value, _("a date or a time")
        REFERENCE = Explanation.REFERENCE.value, _("our own case or reference number")
        VERSION = Explanation.VERSION.value, _("a version or a serial number")
        FUNCTION = Explanation.FUNCTION.value, _("a published number or mailbox of an organisation")
        TECHNICAL = Explanation.TECHNICAL.value, _("another technical value that belongs to nobody")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    circle = models.ForeignKey("members.Circle", on_delete=models.CASCADE, related_name="+")
    seal = models.CharField(max_length=64, db_index=True)
    kinds = models.JSONField(default=list)
    shapes = models.JSONField(default=list)
    explanation = models.CharField(max_length=10, choices=Explanation)
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    released = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[FalseStop]] = FalseStopQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"false stop of {self.member_id}"
