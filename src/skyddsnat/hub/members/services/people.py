"""People: who they are, what they do, whether they may come in.  Their sign-in is `accounts`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction

from skyddsnat.hub.audit.services import erase_person_details, record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.queries import authority_of, coordinators
from skyddsnat.hub.members.services.two_hands import check_hands, hands_gone
from skyddsnat.hub.members.services.wording import check_names, check_own_name
from skyddsnat.policy import management
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Role


@transaction.atomic
def create_person(
    actor: Actor, member: Member, *, email: str, name: str, roles: Iterable[Role | str], language: str = "sv"
) -> Person:
    """A person at the member, who cannot sign in before an invitation is accepted (accounts.services.invite).

    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "no_roles" | "email_taken" | "member_has_left" |
    "name_length" | "unseen" | "imagery").
    """
    wanted = {Role(role) for role in roles}
    management.check_roles(authority_of(actor), None, wanted)
    check_hands(actor)
    check_own_name(name)
    check_names(email)
    if member.left_at is not None:
        raise PolicyRefusal("member_has_left")
    if Person.objects.filter(email__iexact=email).exists():
        raise PolicyRefusal("email_taken")
    person = Person.objects.create_user(email, name=name, member=member, roles=_words(wanted), language=language)
    record(actor, "person.added", kind="person", object_id=person.pk, of=member.pk, roles=person.roles)
    return person


@transaction.atomic
def set_roles(actor: Actor, person: Person, roles: Iterable[Role | str]) -> Person:
    """Change what a person does.  A second call with the same roles changes nothing.  Taking roles away needs one hand.

    Raises PolicyRefusal("not_coordinator" | "needs_second_hand" | "own_roles" | "no_roles" | "last_coordinator").
    """
    wanted = {Role(role) for role in roles}
    management.check_roles(authority_of(actor), person.pk, wanted)
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before, after = row.roles, _words(wanted)
    if sorted(before) == sorted(after):
        return row
    if set(after) - set(before):
        check_hands(actor)
    if Role.COORDINATOR not in wanted and _is_last_coordinator(row):
        raise PolicyRefusal("last_coordinator")
    row.roles = after
    row.save(update_fields=["roles"])
    record(
        actor,
        "person.roles_changed",
        kind="person",
        object_id=row.pk,
        of=row.member_id,
        added=sorted(set(after) - set(before)),
        removed=sorted(set(before) - set(after)),
    )
    if set(before) - set(after):
        hands_gone(row.member_id)
    return row


@transaction.atomic
def change_person(actor: Actor, person: Person, *, name: str, language: str) -> Person:
    """Correct a person's name or language.  The address is who they are: a new address is a new person.

    Raises PolicyRefusal("not_coordinator" | "imagery").
    """
    management.check_coordinator(authority_of(actor))
    check_names(name)
    Person.objects.filter(pk=person.pk).update(name=name, language=language)
    person.refresh_from_db()
    record(actor, "person.changed", kind="person", object_id=person.pk, of=person.member_id)
    return person


@transaction.atomic
def deactivate_person(actor: Actor, person: Person) -> None:
    """The person is let in no more: each request asks.  Call accounts.services.close_access, which also ends what is open.

    Raises PolicyRefusal("not_coordinator" | "own_access" | "last_coordinator").
    """
    who = authority_of(actor)
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    management.check_end_of_access(who, row.pk, last_coordinator=_is_last_coordinator(row))
    if row.is_active:
        row.is_active = False
        row.set_unusable_password()
        row.save(update_fields=["is_active", "password"])
        record(actor, "person.deactivated", kind="person", object_id=row.pk, of=row.member_id)
        hands_gone(row.member_id)


@transaction.atomic
def reactivate_person(actor: Actor, person: Person) -> None:
    """The person may be invited again; the old password and tokens stay dead.  Raises PolicyRefusal("not_coordinator")."""
    management.check_coordinator(authority_of(actor))
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        record(actor, "person.reactivated", kind="person", object_id=person.pk, of=person.member_id)


@transaction.atomic
def erase_person(actor: Actor, person: Person) -> int:
    """Forget who a person was whose access is closed: name, address, and in the log who did it.  Returns entries of the log.

    What was done stays, by "a person" of the member; the log's tree still verifies.
    Raises PolicyRefusal("not_coordinator" | "still_active").
    """
    management.check_coordinator(authority_of(actor))
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.is_active:
        raise PolicyRefusal("still_active")
    row.name, row.email, row.roles = "", f"{uuid4().hex}@erased.invalid", []
    row.set_unusable_password()
    row.save(update_fields=["name", "email", "roles", "password"])
    return erase_person_details(actor, row.pk, of=row.member_id)


def _words(roles: set[Role]) -> list[str]:
    """Roles in the order of the vocabulary, so that pages and the log read alike."""
    return [role.value for role in Role if role in roles]


def _is_last_coordinator(person: Person) -> bool:
    return person.is_active and person.has_role(Role.COORDINATOR) and len(coordinators()) == 1
