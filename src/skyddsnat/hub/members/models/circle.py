"""Circles: named, flat sets of members.  An item lives in exactly one."""

from __future__ import annotations

import uuid

from django.db import models

from skyddsnat.policy.vocabulary import Mandate, MemberKind


class Circle(models.Model):
    """A set of members with an owner and a purpose.  No nesting; empty means nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    purpose = models.TextField(max_length=600)
    owner = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="owned_circles")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_police(self) -> bool:
        """Whether police read what is put here: said before anything is published."""
        return (
            self.memberships.filter(left_at=None)
            .filter(
                models.Q(member__kind=MemberKind.LAW_ENFORCEMENT.value) | models.Q(member__mandate=Mandate.POLICE.value)
            )
            .exists()
        )


class CircleMembership(models.Model):
    """A member's time in a circle.  Leaving closes access at once; the row stays as history."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="memberships")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "member"], condition=models.Q(left_at=None), name="one_stay_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.circle_id}"
