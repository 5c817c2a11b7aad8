"""The coalition and its members."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Circle, CircleMembership, Coalition, Member, MemberDomain
from skyddsnat.hub.members.queries import authority_of, circles_of
from skyddsnat.hub.members.services.two_hands import check_hands, hands_gone
from skyddsnat.hub.members.services.wording import check_names, check_own_name
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Mandate, MemberKind

STANDING = frozenset({"kind", "mandate", "control_group"})  # what a member's voice counts for
FACT_NAMES = {"kind": "member_kind"}  # in the log, where `kind` says what an entry is about
ID_FORM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@transaction.atomic
def found_coalition(name: str) -> Coalition:
    """The one row of this hub; a second call gives the first one back, unchanged.

    Raises PolicyRefusal("name_length" | "unseen" | "imagery"): its name stands on every page, in each letter and feed.
    """
    check_own_name(name)
    found = Coalition.objects.first()
    if found is None:
        found = Coalition.objects.create(name=name)
        record(HUB, "coalition.founded", kind="coalition", object_id=found.pk)
    return found


@transaction.atomic
def create_member(
    actor: Actor,
    *,
    id: str,
    name: str,
    kind: MemberKind | str,
    mandate: Mandate | str | None = None,
    control_group: str = "",
    now: datetime | None = None,
) -> Member:
    """A new member organisation.

    control_group: members under one owner share it and count as one; its own id when left out.
    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "bad_member_id" | "name_taken" | "mandate_does_not_fit" |
    "name_length" | "unseen" | "imagery").
    """
    management.check_coordinator(authority_of(actor))
    check_hands(actor)
    check_own_name(name)
    kind, held = MemberKind(kind), Mandate(mandate) if mandate else None
    management.check_mandate(kind, held)
    if not ID_FORM.fullmatch(id):
        raise PolicyRefusal("bad_member_id", "expected lower-case letters, digits and hyphens")
    if Member.objects.filter(pk=id).exists() or Member.objects.filter(name=name).exists():
        raise PolicyRefusal("name_taken")
    member = Member.objects.create(
        id=id,
        name=name,
        kind=kind.value,
        mandate=held.value if held else "",
        control_group=control_group or id,
        joined_at=now or timezone.now(),
    )
    record(actor, "member.joined", kind="member", object_id=id, member_kind=kind.value, mandate=member.mandate)
    return member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanges:
    """What may be changed of a member; None leaves a thing as it is."""

    name: str | None = None
    kind: MemberKind | str | None = None
    mandate: Mandate | str | None = None  # "" takes the mandate away
    control_group: str | None = None
    default_circle: Circle | None = None
    contact_email: str | None = None
    on_call_phone: str | None = None
    on_call_tested: date | None = None


@transaction.atomic
def change_member(
    actor: Actor, member: Member, changes: MemberChanges, *, domains: Iterable[str] | None = None
) -> Member:
    """Change a member.  The log says which fields, and the old and new mandate and owner, since they decide what counts.

    domains: the member's own names as for `set_domains`; None leaves them.
    Raises PolicyRefusal("not_coordinator" | "mandate_does_not_fit" | "name_taken" | "circle_without_member" | "imagery"), and
    "needs_second_hand" for what its voice counts for (STANDING) and for a name more.
    """
    management.check_coordinator(authority_of(actor))
    check_names(changes.name, changes.contact_email, changes.on_call_phone)
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    wanted = {field.name: getattr(changes, field.name) for field in fields(changes)}
    given = {name: value for name, value in wanted.items() if value is not None and value != getattr(row, name)}
    if STANDING & given.keys():
        check_hands(actor)
    before = {name: getattr(row, name) for name in STANDING}
    for name, value in given.items():
        setattr(row, name, value)
    management.check_mandate(MemberKind(row.kind), Mandate(row.mandate) if row.mandate else None)
    if "name" in given and Member.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise PolicyRefusal("name_taken")
    if "default_circle" in given and row.default_circle_id not in circles_of(row.pk):
        raise PolicyRefusal("circle_without_member")
    row.save()
    weighty: dict[str, Any] = {
        FACT_NAMES.get(name, name): f"{old} > {now}"
        for name, old in sorted(before.items())
        if (now := getattr(row, name)) != old
    }
    if domains is not None:
        set_domains(actor, row, domains)
    if "control_group" in given:
        for path in settings.OWNER_CHANGED:
            import_string(path)(row.pk)
    if given:
        record(actor, "member.changed", kind="member", object_id=row.pk, fields=sorted(given), **weighty)
    if "mandate" in given:
        hands_gone(row.pk)
    return row


@transaction.atomic
def set_domains(actor: Actor, member: Member, names: Iterable[str]) -> None:
    """The names that the member itself needs: nobody can list them.  `names` are in normal form already.

    To add one needs two hands: agents keep a protected name for good (docs/adr/0065-two-hands-protect-a-name.md).
    Raises PolicyRefusal("not_coordinator" | "needs_second_hand"), and "name_taken" when a name is another member's.
    """
    management.check_coordinator(authority_of(actor))
    wanted = set(names)
    if MemberDomain.objects.filter(name__in=wanted).exclude(member=member).exists():
        raise PolicyRefusal("name_taken")
    have = set(member.domains.values_list("name", flat=True))
    if wanted - have:
        check_hands(actor)
    member.domains.exclude(name__in=wanted).delete()
    MemberDomain.objects.bulk_create(MemberDomain(member=member, name=name) for name in sorted(wanted - have))
    if wanted != have:
        record(
            actor,
            "member.domains_changed",
            kind="member",
            object_id=member.pk,
            added=len(wanted - have),
            removed=len(have - wanted),
        )


@transaction.atomic
def leave_coalition(actor: Actor, member: Member, *, now: datetime | None = None) -> None:
    """The member leaves: it is out of every circle at once, and its people and machines are let in no more.

    It cannot come back under its id, so two hands decide it.
    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "own_member").
    """
    who = authority_of(actor)
    management.check_coordinator(who)
    check_hands(actor)
    if who is not None and who.member == member.pk:
        raise PolicyRefusal("own_member")
    moment = now or timezone.now()
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.left_at is not None:
        return
    row.left_at = moment
    row.save(update_fields=["left_at"])
    CircleMembership.objects.filter(member=row, left_at=None).update(left_at=moment)
    record(actor, "member.left", kind="member", object_id=row.pk)
    hands_gone(row.pk)
