"""The Merkle tree over the log, its signed checkpoints, and who has witnessed them (docs/security/log.md)."""

from __future__ import annotations

from django.db import models


class LogState(models.Model):
    """One row: the log's name, and the lock under which entries get their place.

    old_until: highest id of the entries from before there was a tree, until they are taken in; then 0.
    """

    origin = models.CharField(max_length=200, blank=True)
    old_until = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.origin


class Node(models.Model):
    """A complete subtree: the `position`-th one of 2**level entries.  Never changed."""

    pk = models.CompositePrimaryKey("level", "position")
    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.level}/{self.position}"


class Checkpoint(models.Model):
    """What the hub has signed of its log, for ever."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Witness(models.Model):
    """An agent's key for cosignatures, and the newest checkpoint that it has cosigned: that vouches for all earlier ones.

    line: its signature line over the checkpoint of `size`.
    """

    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="witnesses")
    agent = models.CharField(max_length=80)
    key = models.CharField(max_length=400, unique=True)
    first_seen_at = models.DateTimeField()
    size = models.BigIntegerField()
    cosigned_at = models.DateTimeField()
    line = models.TextField()

    class Meta:
        ordering = ["member__name", "agent", "-cosigned_at"]

    def __str__(self) -> str:
        return self.agent
