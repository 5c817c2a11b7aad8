"""The one-time link by which a person comes in.  Its secret stands in the link alone; the hub keeps a hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.models import EntryCode, Invitation
from skyddsnat.hub.accounts.services.factors import forget_factors
from skyddsnat.hub.accounts.tokens import fingerprint
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import authority_of
from skyddsnat.hub.members.services import end_founding, needs_second_hand
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal

LASTS = timedelta(days=7)
CODE_LASTS = timedelta(days=14)
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another one
CODE_LENGTH = 12  # 60 bits, and a link dies of a few wrong ones
WRONG_CODES = 5


@transaction.atomic
def invite(actor: Actor, person: Person) -> str:
    """A new link for the person, as a path of this hub; an older one stops working.

    For someone who has lost the password or every factor it is also the way back in.  Where two hands are needed, the link asks
    for the code that the second one was told, so that no coordinator comes in as someone else.
    Raises PolicyRefusal("not_coordinator" | "inactive" | "own_access" | "needs_second_hand").
    """
    who = authority_of(actor)
    management.check_coordinator(who)
    if who is not None and who.person == person.pk:
        raise PolicyRefusal("own_access")
    if not person.is_active or person.member.left_at is not None:
        raise PolicyRefusal("inactive")
    now = timezone.now()
    code = open_code(person) if needs_second_hand(actor) else None
    if code is None and needs_second_hand(actor):
        raise PolicyRefusal("needs_second_hand")
    Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person=person,
        secret_sha256=fingerprint(secret),
        created_by_id=actor.person_id,
        created_at=now,
        expires_at=now + LASTS,
        code_sha256=code.code_sha256 if code is not None else "",
    )
    record(actor, "person.invited", kind="person", object_id=person.pk, of=person.member_id)
    notices.about_access(person, "invited", by=actor)
    return reverse("accounts:invitation", args=[secret])


def open_code(person: Person) -> EntryCode | None:
    """The code that the person's next link asks for; None when nobody has confirmed a way in."""
    rows = EntryCode.objects.filter(person=person, used_at=None, expires_at__gt=timezone.now())
    return rows.order_by("-made_at").first()


def new_code(actor: Actor, person: Person) -> str:
    """A code for who confirmed the person's way in, shown once; an earlier one, and each link made for it, stops working."""
    now = timezone.now()
    EntryCode.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    EntryCode.objects.create(
        person=person,
        code_sha256=fingerprint(code),
        made_by_id=actor.person_id,
        made_at=now,
        expires_at=now + CODE_LASTS,
    )
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def asks_for_code(secret: str) -> bool:
    """Whether the link needs a code besides."""
    return _open(secret).exclude(code_sha256="").exists()


def invited_person(secret: str) -> Person | None:
    """Whose link it is, while it is good; None for one that is unknown, used, replaced or too old, without saying which."""
    invitation = _open(secret).first()
    return invitation.person if invitation is not None else None


def accept_invitation(secret: str, *, password: str, code: str = "") -> Person:
    """Use the link up: the person gets the password, and starts without any factor.

    Factors that were there go: the link replaces them, and a lost or stolen one must not open the account any longer.
    Raises PolicyRefusal("bad_invitation" | "bad_code"); after WRONG_CODES wrong ones the link is dead.
    """
    if not _code_fits(secret, code):
        raise PolicyRefusal("bad_code")
    return _accept(secret, password)


@transaction.atomic
def _code_fits(secret: str, code: str) -> bool:
    """Counts a wrong one, in a transaction of its own that stands."""
    invitation = _open(secret).select_for_update(of=("self",)).first()
    if invitation is None or not invitation.code_sha256:
        return True
    typed = "".join(code.upper().split()).replace("-", "")
    if secrets.compare_digest(fingerprint(typed), invitation.code_sha256):
        return True
    invitation.wrong_codes += 1
    if invitation.wrong_codes >= WRONG_CODES:
        invitation.expires_at = timezone.now()
    invitation.save(update_fields=["wrong_codes", "expires_at"])
    return False


@transaction.atomic
def _accept(secret: str, password: str) -> Person:
    invitation = _open(secret).select_for_update(of=("self",)).first()
    if invitation is None:
        raise PolicyRefusal("bad_invitation")
    now = timezone.now()
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    EntryCode.objects.filter(person_id=invitation.person_id, used_at=None).update(used_at=now)
    person: Person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    forget_factors(Actor.of(person), person)
    record(Actor.of(person), "person.came_in", kind="person", object_id=person.pk, of=person.member_id)
    end_founding(now=now)
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
