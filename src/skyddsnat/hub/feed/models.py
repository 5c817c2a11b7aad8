"""The feed: collections and their objects as rows of ready JSON (reference: sharing-and-taxii § 4)."""

from __future__ import annotations

import uuid

from django.db import models

from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.policy.access import Feed
from skyddsnat.policy.vocabulary import CollectionKind

LONGEST_OBJECT = 100_000
"""Characters of an object's JSON: many times what the intake lets through."""


class Collection(models.Model):
    """A TAXII collection: a member's inbox, or one of a circle's two feeds.  Titles are unique: clients pick by them."""

    class Kind(models.TextChoices):
        INBOX = CollectionKind.INBOX.value, "inbox"
        INFORM = CollectionKind.INFORM.value, "inform"
        VERIFIED = CollectionKind.VERIFIED.value, "verified"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120, unique=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    circle = models.ForeignKey("members.Circle", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=models.Q(kind="inbox"), name="one_inbox_a_member"),
            models.UniqueConstraint(
                fields=["circle", "kind"], condition=~models.Q(kind="inbox"), name="one_feed_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def facts(self) -> Feed:
        """The collection as the rule of access sees it."""
        return Feed(kind=CollectionKind(self.kind), circle=self.circle_id, member=self.member_id)


class ObjectVersion(models.Model):
    """One version of one object, as served.  Never changed but for `superseded`, never deleted.

    added: the TAXII position in unix microseconds, whole milliseconds, unique and rising over ALL collections.
    version: microseconds of `modified`, else `created`, else 0.  superseded: position of the version that replaced this one.
    said: hash of the object as published, which the signed head vouches for: a row changed behind the hub does not fit it.
    raw and said are sealed: against a hash, too, guessed values could be tried.
    """

    added = models.BigIntegerField(primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+", db_index=False)
    stix_id = models.CharField(max_length=120)
    type = models.CharField(max_length=60)
    version = models.BigIntegerField()
    spec = models.CharField(max_length=5, default="2.1")
    superseded = models.BigIntegerField(null=True)
    revoked = models.BooleanField(default=False)
    raw = SealedTextField(max_length=LONGEST_OBJECT)
    said = SealedTextField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "stix_id", "version"], name="one_row_a_version"),
        ]
        indexes = [
            models.Index(fields=["collection", "added"], name="feed_all"),
            # Last on purpose: of two indexes that fit equally well, SQLite takes the one made last.
            models.Index(fields=["collection", "added"], condition=models.Q(superseded=None), name="feed_live"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.added}"


class Status(models.Model):
    """What became of one POST, ready as JSON; kept for a day and read by the member that sent it alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    document = models.TextField()

    def __str__(self) -> str:
        return f"status {self.pk}"
