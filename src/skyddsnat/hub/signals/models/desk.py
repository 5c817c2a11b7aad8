"""A person's desk: saved filters, what they have read, where they were, and what they did to many at once.

None of it is about a signal, and none of it holds a value.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.signals.models.signal import Signal
from skyddsnat.policy.bulk import HOLDS, BulkAct, Place


class SavedFilter(models.Model):
    """A named choice of rows.  `choices` holds fixed words and a circle's id, as the filter form gives them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=6, choices=[(place.value, place.value) for place in Place])
    name = models.CharField(max_length=40)
    shared = models.BooleanField(default=False)  # with colleagues of the same member, never beyond
    choices = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["person", "place", "name"], name="one_filter_a_name")]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """How one person works.  What changed until `read_before` counts as read.  `place`: the last place, as fixed words."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    list_filter = models.ForeignKey(SavedFilter, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    queue_filter = models.ForeignKey(SavedFilter, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    hold_seconds = models.PositiveSmallIntegerField(default=int(HOLDS[0].total_seconds()))
    remembers = models.BooleanField(default=True)
    read_before = models.DateTimeField(null=True)
    place = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"desk of {self.person_id}"

    @property
    def hold(self) -> timedelta:
        """How long acts on many wait before they are done."""
        return timedelta(seconds=self.hold_seconds)


class Mark(models.Model):
    """One person has opened one signal, or keeps it unread.  Nobody else is shown it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    unread = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "signal"], name="one_mark_a_person_and_signal")]
        indexes = [models.Index(fields=["person", "unread"], name="mark_person_unread")]

    def __str__(self) -> str:
        return f"mark of {self.person_id}"


class Batch(models.Model):
    """One act on many signals.  HELD: nothing has happened yet.  UNDONE: it never did, or each row was turned back."""

    class State(models.TextChoices):
        HELD = "held", _("waiting")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=10, choices=[(act.value, act.value) for act in BulkAct])
    reason = models.CharField(max_length=20, blank=True)
    back = models.CharField(max_length=600)  # the page it was started from: a path of our own with fixed words
    state = models.CharField(max_length=8, choices=State)
    at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    was_read_before = models.DateTimeField(null=True)  # what "mark all read" set aside

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.act} of many"


class BatchRow(models.Model):
    """One signal of an act on many, and what came of it.  `changed_at`: as the person saw it when they chose."""

    class Outcome(models.TextChoices):
        WAITING = "", _("waiting")
        DONE = "done", _("done")
        SAME = "same", _("was so already")
        REFUSED = "refused", _("not done")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.WAITING)
    code = models.CharField(max_length=40, blank=True)  # why not
    turned_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "signal"], name="one_row_a_signal_and_batch")]

    def __str__(self) -> str:
        return f"row of {self.batch_id}"
