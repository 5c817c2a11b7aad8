"""Peer groups and who may join one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, Q, QuerySet

from skyddsnat.hub.benchmark.models import PeerGroup, PeerGroupMember
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.queries import members, reader_of
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.sight import AT_A_MEMBER
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


def visible_groups(person: Person) -> QuerySet[PeerGroup]:
    """A coordinator sees all; leads and counsel the one that their member is in."""
    who = reader_of(person)
    if who.member is None:
        return PeerGroup.objects.none()
    rows = PeerGroup.objects.prefetch_related("memberships__member")
    if Role.COORDINATOR in who.roles:
        return rows
    if not who.roles & AT_A_MEMBER:
        return rows.none()
    mine = PeerGroupMember.objects.filter(member_id=who.member, left_at=None)
    return rows.filter(pk__in=mine.values("group_id"))


def memberships(group: PeerGroup) -> list[PeerGroupMember]:
    """Who is in it now."""
    return list(group.memberships.filter(left_at=None).select_related("member").order_by("member__name"))


def membership_of(member_id: str) -> PeerGroupMember | None:
    """The group that the member is in now."""
    found: PeerGroupMember | None = _stay.one(member=member_id)
    return found


_stay = Prepared(
    lambda: (
        PeerGroupMember.objects.filter(member_id=Slot("member", CharField()), left_at=None)
        .select_related("group")
        .order_by("pk")[:1]
    )
)


def free_members(group: PeerGroup | None) -> QuerySet[Member]:
    """Members that are in no other group."""
    taken = PeerGroupMember.objects.filter(left_at=None)
    if group is not None:
        taken = taken.exclude(group=group)
    return members().exclude(Q(pk__in=taken.values("member_id")))
