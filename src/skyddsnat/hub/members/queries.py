"""Reads of members, people and circles."""

from __future__ import annotations

from uuid import UUID

from skyddsnat.hub.members.models import CircleMembership, Coalition, Person
from skyddsnat.policy.access import Reader
from skyddsnat.policy.vocabulary import Mandate, Role


def circles_of(member_id: str) -> frozenset[UUID]:
    """The circles that the member is in now; a closed circle grants nothing."""
    rows = CircleMembership.objects.filter(member_id=member_id, left_at=None, circle__closed_at=None)
    return frozenset(rows.values_list("circle_id", flat=True))


def reader_of(person: Person) -> Reader:
    """The person as the rule of access sees them.  Someone who is not active, or whose member has left, reads nothing."""
    if not person.is_active or person.member.left_at is not None:
        return Reader()
    return Reader(
        person=person.pk,
        member=person.member_id,
        mandate=Mandate(person.member.mandate) if person.member.mandate else None,
        roles=frozenset(Role(role) for role in person.roles),
        circles=circles_of(person.member_id),
    )


def coalition() -> Coalition:
    """The one coalition of this hub.  Raises Coalition.DoesNotExist before `skyddsnat hub init`."""
    return Coalition.objects.get()
