"""What follows a result: a member's sealed plan, and questions to those ahead whose names open when both have said yes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.maturity.models import LONGEST_SEALED
from skyddsnat.hub.vault.fields import SealedTextField

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

LONGEST_NOTE = 600


class PlanLine(models.Model):
    """A line of a member's improvement plan, sealed in the browser under the member's own key (docs/adr).

    The hub knows that there is a line and when it was changed; not which metric it is about, nor its target, which would tell
    where the member stands.  sealed: as of an answer of the self-assessment.  version: counts up with each change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="plan_lines")
    sealed = models.CharField(max_length=LONGEST_SEALED)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["written_at"]

    def __str__(self) -> str:
        return f"a line of {self.member_id}"


class FollowUp(models.Model):
    """The day on which a member wants to be reminded of its plan.  The hub knows the day, and of no line which it is about."""

    member = models.OneToOneField(
        "members.Member", on_delete=models.PROTECT, primary_key=True, related_name="follow_up"
    )
    day = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class Willing(models.Model):
    """A member agrees to be asked about one metric or question of a released round.  No other member sees whose row it is."""

    round = models.ForeignKey("benchmark.Round", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=24)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "item", "member"], condition=Q(ended_at=None), name="learning_willing_once"
            )
        ]

    def __str__(self) -> str:
        return f"willing about {self.item} in {self.round_id}"


class QuestionQuerySet(models.QuerySet["Question"]):
    """Every read starts here."""

    def visible_to(self, person: Person) -> QuestionQuerySet:
        """Those that the person's member has asked or is asked."""
        mine: QuestionQuerySet = self.filter(Q(asker_id=person.member_id) | Q(willing__member_id=person.member_id))
        return mine


class Question(models.Model):
    """One member asks one that is willing.  Neither knows the other's name before the state is ACCEPTED (docs/adr/0073).

    note: what the asker wants to know; read by the one who is asked.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("question", "waits for an answer")
        ACCEPTED = "accepted", pgettext_lazy("question", "both said yes")
        DECLINED = "declined", pgettext_lazy("question", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("question", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    willing = models.ForeignKey(Willing, on_delete=models.PROTECT, related_name="questions")
    asker = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    note = SealedTextField(max_length=LONGEST_NOTE)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["willing", "asker"], name="learning_asked_once")]

    def __str__(self) -> str:
        return f"a question about {self.willing_id}"

    @property
    def is_open(self) -> bool:
        """Whether the names are known to each other."""
        return self.state == self.State.ACCEPTED
