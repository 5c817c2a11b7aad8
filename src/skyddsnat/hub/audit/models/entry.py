"""The log: one row for each change and each reveal.  Rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models

LONGEST_ID = 64


class AppendOnly(Exception):
    """Someone tried to change or remove an entry.  Expected: a new entry that says what was wrong with the earlier one."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads and adds; every way to change rows is closed."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly("got an update of log entries, expected none; add a new entry instead")

    def delete(self) -> NoReturn:
        raise AppendOnly("got a removal of log entries, expected none; entries stay")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly("got an update of log entries, expected none; add a new entry instead")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.seal()
        return super().bulk_create(rows, *args, **options)


def opened() -> models.QuerySet[Any]:
    """The rows around the closed manager: for taking in old rows, and for erasing personal details; for nothing else."""
    return models.QuerySet(Entry)


class Entry(models.Model):
    """Who did what to which thing.  `facts` never holds a signal's value, a secret or free text that people wrote.

    circle: whose members' auditors may read it; None for what belongs to no circle.

    leaf_index: the entry's place in the tree, None until it is sequenced (services.sequencing).
    salt, personal: the commitment to what is about a person; without its salt the details have been erased (erased_by: the
    entry that says so).  stamp: the hub's own mark on a row that is not in the tree yet.
    """

    # Indexes are named below, each for a question that is asked: an entry is written into all of them when it comes and again
    # when it gets its place.  Those of columns that most entries leave empty hold the others alone.
    at = models.DateTimeField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # PROTECT: details leave the log only together with their salt (services.erasure), or the tree would no longer fit.
    person = models.ForeignKey("members.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    token = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=LONGEST_ID)
    circle = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    leaf_index = models.BigIntegerField(null=True, unique=True)
    salt = models.BinaryField(default=b"")
    personal = models.CharField(max_length=64, default="")
    stamp = models.BinaryField(default=b"")
    erased_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects: ClassVar[models.Manager[Entry]] = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(leaf_index=None), name="audit_not_sequenced"),
            models.Index(fields=["member"], name="audit_member"),
            models.Index(fields=["object_id"], name="audit_object"),
            models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="audit_person"),
            models.Index(fields=["circle"], condition=models.Q(circle__isnull=False), name="audit_circle"),
            models.Index(fields=["erased_by"], condition=models.Q(erased_by__isnull=False), name="audit_erased_by"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add the row.  Raises AppendOnly for one that is there already."""
        if not self._state.adding:
            raise AppendOnly("got a change of a log entry, expected none; add a new entry instead")
        self.seal()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Raises AppendOnly."""
        raise AppendOnly("got a removal of a log entry, expected none; entries stay")

    def seal(self) -> None:
        """Commit to the personal details and mark the row as the hub's own, in whatever way it is added."""
        from skyddsnat.hub.audit.leaves import seal

        seal(self)
