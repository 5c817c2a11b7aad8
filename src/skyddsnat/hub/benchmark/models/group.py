"""Who is compared with whom: fixed for a year, since a change between two rounds would tell what the one who left had."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PeerGroup(models.Model):
    """A set of members that compare themselves.  fixed_on: the day its first round was approved; None while it may be changed."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80, unique=True)
    fixed_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PeerGroupMember(models.Model):
    """A member's time in a group.  rank, four: what its benchmark lead chose to learn.

    rank: its own rank.  four: above or below the middle, should only four owners take part; all of them must have chosen it.
    """

    group = models.ForeignKey(PeerGroup, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    rank = models.BooleanField(default=False)
    four = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["member_id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(left_at=None), name="benchmark_one_group_a_member")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.group_id}"
