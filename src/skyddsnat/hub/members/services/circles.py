"""Circles: who is in which, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, CircleMembership, Member
from skyddsnat.hub.members.queries import authority_of, members_in
from skyddsnat.hub.members.services.two_hands import check_hands, hands_gone
from skyddsnat.hub.members.services.wording import check_names, check_prose
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal


@transaction.atomic
def create_circle(
    actor: Actor,
    *,
    name: str,
    purpose: str,
    owner: Member,
    members: Iterable[Member] = (),
    now: datetime | None = None,
) -> Circle:
    """A new circle with its first members.

    Raises PolicyRefusal("not_coordinator" | "name_taken" | "imagery" | "personal_data").
    """
    management.check_coordinator(authority_of(actor))
    check_names(name)
    check_prose(purpose)
    if Circle.objects.filter(name=name).exists():
        raise PolicyRefusal("name_taken")
    circle = Circle.objects.create(name=name, purpose=purpose, owner=owner)
    record(actor, "circle.created", kind="circle", object_id=circle.pk, circle=circle.pk, owner=owner.pk)
    for member in members:
        join_circle(actor, circle, member, now=now)
    return circle


@transaction.atomic
def change_circle(actor: Actor, circle: Circle, *, name: str, purpose: str, owner: Member) -> Circle:
    """Change what a circle is called, what it is for and whose it is.

    Another owner is a member of the circle: an owner's auditors read what happens in it, and its people can be the second
    hand for who comes in.  Raises PolicyRefusal as `create_circle`, and "circle_without_member".
    """
    management.check_coordinator(authority_of(actor))
    check_names(name)
    check_prose(purpose)
    row = _open(circle)
    if Circle.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise PolicyRefusal("name_taken")
    if owner.pk != row.owner_id and not members_in(row).filter(pk=owner.pk).exists():
        raise PolicyRefusal("circle_without_member")
    row.name, row.purpose, row.owner = name, purpose, owner
    row.save()
    record(actor, "circle.changed", kind="circle", object_id=row.pk, circle=row.pk, owner=owner.pk)
    return row


@transaction.atomic
def join_circle(actor: Actor, circle: Circle, member: Member, *, now: datetime | None = None) -> CircleMembership:
    """The member is in, and receives what is there.  A second call changes nothing.

    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "circle_closed" | "member_has_left").
    """
    management.check_coordinator(authority_of(actor))
    check_hands(actor)
    row = _open(circle)
    if Member.objects.get(pk=member.pk).left_at is not None:
        raise PolicyRefusal("member_has_left")
    stay, is_new = CircleMembership.objects.get_or_create(
        circle=row, member=member, left_at=None, defaults={"joined_at": now or timezone.now()}
    )
    if is_new:
        record(actor, "circle.joined", kind="circle", object_id=row.pk, circle=row.pk, joined=member.pk)
    return stay


@transaction.atomic
def leave_circle(actor: Actor, circle: Circle, member: Member, *, now: datetime | None = None) -> None:
    """The member is out and receives nothing more.  A second call changes nothing.  Raises PolicyRefusal("not_coordinator")."""
    management.check_coordinator(authority_of(actor))
    left = CircleMembership.objects.filter(circle=circle, member=member, left_at=None).update(
        left_at=now or timezone.now()
    )
    if left:
        Member.objects.filter(pk=member.pk, default_circle=circle).update(default_circle=None)
        record(actor, "circle.left", kind="circle", object_id=circle.pk, circle=circle.pk, left=member.pk)
        hands_gone(member.pk)


@transaction.atomic
def close_circle(actor: Actor, circle: Circle, *, now: datetime | None = None) -> None:
    """A closed circle grants nothing to anyone; it is never deleted and never opened again, so two hands decide it.

    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "circle_closed").
    """
    management.check_coordinator(authority_of(actor))
    check_hands(actor)
    row = _open(circle)
    row.closed_at = now or timezone.now()
    row.save(update_fields=["closed_at"])
    Member.objects.filter(default_circle=row).update(default_circle=None)
    record(actor, "circle.closed", kind="circle", object_id=row.pk, circle=row.pk)


def _open(circle: Circle) -> Circle:
    """The circle's row, locked.  Raises PolicyRefusal("circle_closed")."""
    row = Circle.objects.select_for_update().get(pk=circle.pk)
    if row.closed_at is not None:
        raise PolicyRefusal("circle_closed")
    return row
