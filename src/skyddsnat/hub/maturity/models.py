"""A member's self-assessment, a year at a time.  The hub knows that a question was answered, never how (promise 5)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

LONGEST_SEALED = 24_000
"""Characters of a sealed answer: base64 of at most 16 blocks of 1024 bytes, nonce and tag."""


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Every read starts here."""

    def visible_to(self, person: Person) -> AssessmentQuerySet:
        """The own member's, for its own people alone."""
        return self.filter(member_id=person.member_id)


class Assessment(models.Model):
    """One year of one member.  model_version: of the catalogue's model that the answers are about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField()
    model_version = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="one_assessment_a_year")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.year}"


class SealedAnswer(models.Model):
    """An answer with its notes and evidence, sealed in the browser under the member's own key.

    sealed: `nonce.ciphertext` in base64, AES-256-GCM over padded JSON; year and question are bound into it.  version: counts up
    with each change, so that two colleagues cannot overwrite each other unseen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=8)
    sealed = models.CharField(max_length=LONGEST_SEALED)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["question"]
        constraints = [models.UniqueConstraint(fields=["assessment", "question"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return self.question
