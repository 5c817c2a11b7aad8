"""An import: what a person brought, how far the hub has come with it, and what became of each row."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.signals.models import Submission
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.vocabulary import Marking

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


LONGEST_DRAFT = 12_000
"""Of a row while it waits, as JSON."""

GUESSED = "guessed"
"""The first of a row's warnings where nothing but the value told its type."""


class ImportQuerySet(models.QuerySet["Import"]):
    """Every read starts at `visible_to`."""

    def visible_to(self, person: Person) -> ImportQuerySet:
        """What the person's own member brought in; what is marked RED only to whoever brought it."""
        from skyddsnat.hub.lists.access import visible_imports

        rows: ImportQuerySet = visible_imports(self, person)
        return rows


class Import(models.Model):
    """One list on its way in.

    lease: the worker that has it in hand, until `lease_until`; whoever comes later takes it up where the rows say.
    not_before: the member's hour is used up, so that the next rows wait.  stopped_by: the code of what ended it early.
    expected, became: counts by outcome (`created`) and by reason (`refused:protected_name`).  guessed: by type, what was guessed.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("being read")
        CHECKING = "checking", _("being checked")
        READY = "ready", _("waits for you")
        RUNNING = "running", _("being taken in")
        DONE = "done", pgettext_lazy("import", "done")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, related_name="+")
    marking = models.CharField(max_length=12, choices=[(m.value, m.value) for m in Marking])
    named = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    channel = models.CharField(max_length=6, choices=Submission.Channel)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING, db_index=True)
    total = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)  # rows up to this place have been looked at
    handled = models.PositiveIntegerField(default=0)  # rows up to this place are done with, and their values dropped
    missing = models.PositiveIntegerField(default=0)  # events that a MISP manifest names and no file held
    expected = models.JSONField(default=dict)
    became = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=40, blank=True)
    not_before = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)  # so that several imports take turns

    objects: ClassVar[Any] = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"import of {self.total} rows"

    @property
    def reference(self) -> str:
        """What people call the import by."""
        return self.pk.hex[:8].upper()

    @property
    def at_work(self) -> bool:
        """Whether the hub itself is busy with it."""
        return self.state in {self.State.RECEIVING, self.State.CHECKING, self.State.RUNNING}

    @property
    def progress(self) -> int:
        """Rows that are behind it in the present part of the work."""
        return self.checked if self.state in {self.State.RECEIVING, self.State.CHECKING} else self.handled

    @property
    def percent(self) -> int:
        """The same, in hundredths, rounded down."""
        return 100 * self.progress // self.total if self.total else 0


class ImportRow(models.Model):
    """One row.  `draft`, sealed, is the only place that holds what was brought, and only until the row is done with.

    place: 1, 2, 3 … through the import.  number: as an editor counts lines, or the how-manieth object.
    digest: the same for the same value, so that repeats inside a list are found; it goes with the draft.
    warnings: codes of what to look at once more, with spaces between.
    """

    class Outcome(models.TextChoices):
        NONE = "", _("waits")
        CREATED = "created", _("new")
        CORROBORATED = "corroborated", _("supports another report")
        REPEATED = "repeated", _("reported before")
        REFUSED = "refused", _("refused")
        LEFT = "left", _("left out: the import was cancelled")

    import_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    draft = SealedTextField(max_length=LONGEST_DRAFT, bound=("import_of_id", "place"), default="")
    digest = models.CharField(max_length=32, blank=True)
    type = models.CharField(max_length=10, blank=True)
    expected = models.CharField(max_length=12, choices=Outcome, blank=True)
    became = models.CharField(max_length=12, choices=Outcome, blank=True)
    code = models.CharField(max_length=40, blank=True)
    warnings = models.CharField(max_length=60, blank=True)
    signal_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["import_of", "place"], name="one_row_a_place")]
        indexes = [
            models.Index(fields=["import_of", "digest"], name="import_row_digest"),
            models.Index(fields=["import_of", "became", "place"], name="import_row_became"),
            models.Index(fields=["import_of", "expected", "place"], name="import_row_expected"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"

    @property
    def guessed(self) -> bool:
        """Whether nothing but the value told its type."""
        return self.warnings.startswith(GUESSED)
