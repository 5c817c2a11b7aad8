"""One joint case a name, whoever's stop page the complaints came to, and the blocks behind it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField
from skyddsnat.hub.vault.shown import shown
from skyddsnat.policy.complaints import REFERENCE, Outcome
from skyddsnat.policy.normal_form import mask
from skyddsnat.policy.vocabulary import SignalType

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class OutcomeChoice(models.TextChoices):
    """What a case came to."""

    UPHELD = Outcome.UPHELD.value, pgettext_lazy("complaint", "the block stands")
    LIFTED = Outcome.LIFTED.value, pgettext_lazy("complaint", "the block is lifted")
    NARROWED = Outcome.NARROWED.value, pgettext_lazy("complaint", "the block is narrowed")
    ENDED = Outcome.ENDED.value, pgettext_lazy("complaint", "the block ran out before a decision")
    NOT_LISTED = Outcome.NOT_LISTED.value, pgettext_lazy("complaint", "nothing of ours blocks it")


class CaseQuerySet(models.QuerySet["Case"]):
    """Every read starts at `visible_to`."""

    def visible_to(self, person: Person) -> CaseQuerySet:
        """The query twin of `policy.complaints.may_see_case`."""
        from skyddsnat.hub.complaints.access import visible_cases

        rows: CaseQuerySet = visible_cases(self, person)
        return rows

    def of_value(self, value: str) -> CaseQuerySet:
        """The cases of one name, decided ones too.  Names are sealed: they are found whole or not at all."""
        index: BlindIndexField = Case._meta.get_field("value_index")
        rows: CaseQuerySet = self.filter(value_index=index.index(value))
        return rows


class Case(models.Model):
    """What is complained about.  Open until every block behind it is decided; a complaint that comes later opens another.

    value: the blocked name that is nearest to what was complained about; of an unknown reference, that reference.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    value = SealedTextField(max_length=253)
    value_index = BlindIndexField(of="value")
    opened_at = models.DateTimeField(db_index=True)  # when the first complaint was sent
    outcome = models.CharField(max_length=10, choices=OutcomeChoice, blank=True)
    decided_at = models.DateTimeField(null=True, db_index=True)
    name_erased = models.BooleanField(default=False)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["value_index"], condition=models.Q(decided_at=None), name="one_open_case_a_name"
            )
        ]
        indexes = [models.Index(fields=["value_index"], name="case_value")]

    def __str__(self) -> str:
        return f"case {self.reference}"

    @property
    def reference(self) -> str:
        """What people call the case by when they talk to each other."""
        return self.pk.hex[:8].upper()

    @property
    def masked(self) -> str:
        """The hint that stands on pages in place of the name."""
        if self.name_erased:
            return "–"
        return shown(lambda: self.value if REFERENCE.fullmatch(self.value) else mask(SignalType.DOMAIN, self.value))


class CaseBlock(models.Model):
    """A signal for which agents block what a case is about, with what becomes of it.

    lifted_at, position: when it was lifted, for now or by the decision, and the place in the circle's feed that tells agents so.
    reached_at: when the last agent had it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="blocks")
    signal = models.ForeignKey("signals.Signal", on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.BigIntegerField(null=True)
    reached_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=OutcomeChoice, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "signal"], name="one_block_a_case_and_signal")]
        indexes = [
            models.Index(
                fields=["position"],
                condition=models.Q(reached_at=None, position__isnull=False),
                name="case_block_on_the_way",
            )
        ]

    def __str__(self) -> str:
        return f"block of {self.case_id}"


class OwnLift(models.Model):
    """An operator says that it has lifted an evident error at its own resolvers, ahead of any decision."""

    class Reason(models.TextChoices):
        LAWFUL = "lawful", pgettext_lazy("own lift", "a lawful service that everybody can see to be one")
        SHARED = "shared", pgettext_lazy("own lift", "a shared platform: others' lawful pages are blocked with it")
        NEW_OWNER = "new_owner", pgettext_lazy("own lift", "the name has another owner now")
        CRITICAL = "critical", pgettext_lazy("own lift", "something that people's safety depends on")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="own_lifts")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["case", "member"], name="one_own_lift_a_case_and_member")]

    def __str__(self) -> str:
        return f"own lift by {self.member_id}"
