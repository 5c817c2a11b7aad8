"""Peer groups: made by a coordinator, fixed for a year from the first approved round."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.benchmark.models import PeerGroup, PeerGroupMember, Round, SignOff
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.queries import authority_of, reader_of
from skyddsnat.hub.members.services import check_names
from skyddsnat.policy import management
from skyddsnat.policy.benchmark import planning, sight
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

ID_FORM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def organisation_of(member: Member) -> planning.Organisation:
    """The member as policy weighs it."""
    return planning.Organisation(member.pk, member.control_group, MemberKind(member.kind))


@transaction.atomic
def create_group(actor: Actor, *, id: str, name: str, members: Iterable[Member], now: datetime) -> PeerGroup:
    """A new group.

    Raises PolicyRefusal("not_coordinator" | "bad_round_id" | "name_taken" | "member_twice" | "too_few_members" |
    "in_another_group" | "member_has_left" | "imagery").
    """
    management.check_coordinator(authority_of(actor))
    check_names(name)
    if not ID_FORM.fullmatch(id):
        raise PolicyRefusal("bad_round_id")
    if PeerGroup.objects.filter(pk=id).exists() or PeerGroup.objects.filter(name=name).exists():
        raise PolicyRefusal("name_taken")
    chosen = list(members)
    group = PeerGroup.objects.create(id=id, name=name, created_at=now)
    _fill(group, chosen, now=now)
    record(actor, "peer_group.created", kind="peer_group", object_id=group.pk, members=sorted(one.pk for one in chosen))
    return group


@transaction.atomic
def change_group(actor: Actor, group: PeerGroup, *, name: str, members: Iterable[Member], now: datetime) -> PeerGroup:
    """Another name, or other members.  Those who stay keep what they chose to learn; counsel has to sign drafts off anew.

    Raises PolicyRefusal as `create_group`, and "peer_group_fixed" | "group_in_use".
    """
    management.check_coordinator(authority_of(actor))
    check_names(name)
    row = PeerGroup.objects.select_for_update().get(pk=group.pk)
    if PeerGroup.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise PolicyRefusal("name_taken")
    chosen = {one.pk: one for one in members}
    present = set(row.memberships.filter(left_at=None).values_list("member_id", flat=True))
    if present != set(chosen):
        _check_change(row, now)
        row.memberships.filter(left_at=None).exclude(member_id__in=chosen).update(left_at=now)
        _fill(row, [one for key, one in chosen.items() if key not in present], now=now, whole=list(chosen.values()))
        row.fixed_on = None
        SignOff.objects.filter(round__group=row, round__spec="").delete()
    row.name = name
    row.save()
    record(actor, "peer_group.changed", kind="peer_group", object_id=row.pk, members=sorted(chosen))
    return row


@transaction.atomic
def choose(person: Person, membership: PeerGroupMember, *, rank: bool, four: bool) -> PeerGroupMember:
    """What the member wants to learn, for rounds whose specification is not fixed yet.  Raises PolicyRefusal("not_own_lead")."""
    row = PeerGroupMember.objects.select_for_update().get(pk=membership.pk)
    sight.check_lead(reader_of(person), row.member_id)
    if (row.rank, row.four) != (rank, four):
        row.rank, row.four = rank, four
        row.save(update_fields=["rank", "four"])
        record(Actor.of(person), "peer_group.chosen", kind="peer_group", object_id=row.group_id, rank=rank, four=four)
    return row


def _check_change(group: PeerGroup, now: datetime) -> None:
    planning.check_group_change(group.fixed_on, timezone.localdate(now), load_catalogue().metric_words.release)
    begun = {Round.State.APPROVED, Round.State.OPEN, Round.State.CLOSED, Round.State.COMPUTING, Round.State.VERIFYING}
    if group.rounds.filter(state__in=begun).exists() or group.rounds.exclude(spec="").filter(state="draft").exists():
        raise PolicyRefusal("group_in_use")


def _fill(group: PeerGroup, new: list[Member], *, now: datetime, whole: list[Member] | None = None) -> None:
    planning.check_members(organisation_of(one) for one in (new if whole is None else whole))
    if any(one.left_at is not None for one in new):
        raise PolicyRefusal("member_has_left")
    if PeerGroupMember.objects.filter(member__in=new, left_at=None).exists():
        raise PolicyRefusal("in_another_group")
    PeerGroupMember.objects.bulk_create(PeerGroupMember(group=group, member=one, joined_at=now) for one in new)
