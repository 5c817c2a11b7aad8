"""The one-time link by which a person comes in.  Its secret stands in the link alone; the hub keeps a hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.models import Invitation
from skyddsnat.hub.accounts.services.factors import forget_factors
from skyddsnat.hub.accounts.tokens import fingerprint
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal

LASTS = timedelta(days=7)


@transaction.atomic
def invite(actor: Actor, person: Person) -> str:
    """A new link for the person, as a path of this hub; an older one stops working.

    For someone who has lost the password or every factor it is also the way back in.
    Raises PolicyRefusal("not_coordinator" | "inactive" | "own_access").
    """
    who = authority_of(actor)
    management.check_coordinator(who)
    if who is not None and who.person == person.pk:
        raise PolicyRefusal("own_access")
    if not person.is_active or person.member.left_at is not None:
        raise PolicyRefusal("inactive")
    now = timezone.now()
    Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person=person,
        secret_sha256=fingerprint(secret),
        created_by_id=actor.person_id,
        created_at=now,
        expires_at=now + LASTS,
    )
    record(actor, "person.invited", kind="person", object_id=person.pk, of=person.member_id)
    notices.about_access(person, "invited", by=actor)
    return reverse("accounts:invitation", args=[secret])


def invited_person(secret: str) -> Person | None:
    """Whose link it is, while it is good; None for one that is unknown, used, replaced or too old, without saying which."""
    invitation = _open(secret).first()
    return invitation.person if invitation is not None else None


@transaction.atomic
def accept_invitation(secret: str, *, password: str) -> Person:
    """Use the link up: the person gets the password, and starts without any factor.

    Factors that were there go: the link replaces them, and a lost or stolen one must not open the account any longer.
    Raises PolicyRefusal("bad_invitation").
    """
    invitation = _open(secret).select_for_update(of=("self",)).first()
    if invitation is None:
        raise PolicyRefusal("bad_invitation")
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    person: Person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    forget_factors(person)
    record(Actor.of(person), "person.came_in", kind="person", object_id=person.pk, of=person.member_id)
    return person


def _open(secret: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.select_related("person__member")
    return rows.filter(
        secret_sha256=fingerprint(secret),
        used_at=None,
        expires_at__gt=timezone.now(),
        person__is_active=True,
        person__member__left_at=None,
    )
