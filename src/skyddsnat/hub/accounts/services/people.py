"""Appointing people: what `members` decides and writes, with the letters that make it noticed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.services.invitations import invite
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.vocabulary import Role


@transaction.atomic
def add_person(
    actor: Actor, member: Member, *, email: str, name: str, roles: Iterable[Role | str], language: str = "sv"
) -> tuple[Person, str]:
    """A new person with an invitation; returns the link's path too, which is shown once.

    Raises PolicyRefusal as members.services.create_person.
    """
    person = members.create_person(actor, member, email=email, name=name, roles=roles, language=language)
    return person, invite(actor, person)


@transaction.atomic
def change_roles(actor: Actor, person: Person, roles: Iterable[Role | str]) -> Person:
    """Other roles, with letters to those who should notice.  Raises PolicyRefusal as members.services.set_roles."""
    before = sorted(person.roles)
    changed = members.set_roles(actor, person, roles)
    if sorted(changed.roles) != before:
        notices.about_access(changed, "roles", by=actor)
    return changed


@transaction.atomic
def reopen_access(actor: Actor, person: Person) -> str:
    """Let a person in again, by a new invitation: the old password, factors and tokens stay dead.  Returns the link's path.

    Raises PolicyRefusal("not_coordinator").
    """
    members.reactivate_person(actor, person)
    person.refresh_from_db()
    return invite(actor, person)
