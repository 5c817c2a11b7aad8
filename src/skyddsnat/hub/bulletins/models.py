"""Bulletins: what members write to each other (DESIGN § 2).  So far practices, which learning from a result needs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.bulletins.access import visible_practices
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.vocabulary import Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

LONGEST_TITLE, LONGEST_TEXT = 120, 4_000


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Every read starts here."""

    def visible_to(self, person: Person, *, now: datetime) -> PracticeQuerySet:
        """What the rule of access allows the person."""
        seen: PracticeQuerySet = visible_practices(self, person, now=now)
        return seen

    def of_member(self, member_id: str) -> PracticeQuerySet:
        """A member's own that it has not taken back, ended ones with them."""
        return self.filter(member_id=member_id, withdrawn_at=None)


class Practice(models.Model):
    """How a member works with a measure, in its own words, shared in one circle.

    level: of the measure, what the text is about; it does not say where the member stands.  ends_at: read by others until then.
    withdrawn_at: taken back, or erased after its end; then title and text are empty.
    """

    class Language(models.TextChoices):
        SV = "sv", _("Swedish")
        EN = "en", _("English")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="practices")
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, related_name="+")
    marking = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Marking])
    measure = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2, choices=Language)
    title = SealedTextField(max_length=LONGEST_TITLE)
    text = SealedTextField(max_length=LONGEST_TEXT)
    shared_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "-written_at"]
        indexes = [models.Index(fields=["measure", "withdrawn_at"], name="bulletins_by_measure")]

    def __str__(self) -> str:
        return f"a practice of {self.member_id} about {self.measure}"
