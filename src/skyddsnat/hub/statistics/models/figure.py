"""Members' figures, every revision kept.  Their contents are sealed at rest and read by their own member alone."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from skyddsnat.hub.statistics.access import visible_figures
from skyddsnat.hub.statistics.models.series import LONGEST_PERIOD, Series
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.protocols.statistics import MOST_BYTES, read_figure
from skyddsnat.protocols.statistics import Figure as WireFigure

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

LONGEST_COMMENT = 600


class FigureQuerySet(models.QuerySet["Figure"]):
    """Every read for a person starts here."""

    def visible_to(self, person: Person) -> FigureQuerySet:
        """The figures of the person's own member, for those roles that see them."""
        mine: FigureQuerySet = visible_figures(self, person)
        return mine


class Figure(models.Model):
    """A member's figure for one period of a series; what it says stands in its newest revision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="figures")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=LONGEST_PERIOD)

    objects: ClassVar[Any] = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["period"]
        constraints = [
            models.UniqueConstraint(fields=["series", "member", "period"], name="statistics_one_figure_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period} of {self.member_id}"


class Revision(models.Model):
    """One handing in.  content: the wire format (protocols.statistics).  key: the sender's, so that it can safely send again.

    warnings: what looked odd beside the member's own history, as codes; explained_at: when somebody answered for it.
    by: the person at the form, or None where the member's machine (token) handed in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="revisions")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    key = models.UUIDField()
    content = SealedTextField(max_length=MOST_BYTES)
    warnings = models.JSONField(default=list)
    explanation = SealedTextField(max_length=LONGEST_COMMENT, blank=True, default="")
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    explained_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["figure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "number"], name="statistics_revision_number"),
            models.UniqueConstraint(fields=["member", "key"], name="statistics_sent_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="statistics_revision_from_one"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.figure_id}"

    @cached_property
    def said(self) -> WireFigure:
        """What was handed in."""
        return read_figure(self.content.encode())


class Comment(models.Model):
    """A note about a figure, between the member's own people; for_coordinator: the coordinators read it too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = SealedTextField(max_length=LONGEST_COMMENT)
    for_coordinator = models.BooleanField(default=False)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"a comment on {self.figure_id}"
