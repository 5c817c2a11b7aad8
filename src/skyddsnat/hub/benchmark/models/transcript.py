"""What the parties said, and the chain in which all of a round can be checked by anyone.  Entries are only ever added."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models


class AppendOnly(Exception):
    """Someone tried to change or remove an entry of a transcript.  Expected: a further entry."""


class EntryQuerySet(models.QuerySet["TranscriptEntry"]):
    """Reads and adds; every way to change rows is closed."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly("got an update of a transcript, expected a further entry")

    def delete(self) -> NoReturn:
        raise AppendOnly("got a removal from a transcript, expected a further entry")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly("got an update of a transcript, expected a further entry")


class Statement(models.Model):
    """A party's signed word, once a kind.  text: canonical JSON of statement and signature."""

    round = models.ForeignKey("benchmark.Round", on_delete=models.CASCADE, related_name="statements")
    party = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "party", "kind"], name="benchmark_said_once")]

    def __str__(self) -> str:
        return f"{self.kind} of party {self.party}"


class TranscriptEntry(models.Model):
    """One line of a round's transcript.  text: canonical JSON; hash: of it; n: 0 and up."""

    # PROTECT: a round that has a transcript is never removed.
    round = models.ForeignKey("benchmark.Round", on_delete=models.PROTECT, related_name="transcript")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
    text = models.TextField()
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[TranscriptEntry]] = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["round", "n"]
        constraints = [models.UniqueConstraint(fields=["round", "n"], name="benchmark_one_entry_a_place")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.round_id}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add the entry.  Raises AppendOnly for one that is there already."""
        if not self._state.adding:
            raise AppendOnly("got a change of a transcript, expected a further entry")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Raises AppendOnly."""
        raise AppendOnly("got a removal from a transcript, expected a further entry")
