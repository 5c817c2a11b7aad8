"""The end of a person's access, and the demo's one-click sign-in."""

from __future__ import annotations

from allauth.usersessions.internal.flows import sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.freshness import mark_fresh
from skyddsnat.hub.accounts.models import Invitation, StoredSession
from skyddsnat.hub.accounts.services.factors import forget_factors
from skyddsnat.hub.accounts.services.machines import revoke_all_of
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.errors import PolicyRefusal


@transaction.atomic
def close_access(actor: Actor, person: Person) -> int:
    """Deactivate the person, end their sessions, void their invitations, remove their factors and revoke the tokens they made.

    Factors too: a passkey opens an account without a password, and would open this one as soon as it is let in again.

    Returns how many tokens stopped working.
    Raises PolicyRefusal("not_coordinator" | "own_access" | "last_coordinator").
    """
    members.deactivate_person(actor, person)
    Invitation.objects.filter(person=person, used_at=None).delete()
    end_sessions(person)
    forget_factors(actor, person)
    notices.about_access(person, "closed", by=actor)
    return revoke_all_of(actor, maker=person)


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    rows = UserSession.objects.filter(user_id=person.pk)
    StoredSession.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


def end_one_session(request: HttpRequest, session: UserSession) -> None:
    """End one session (the adapter notes it); ending the current one signs the person out."""
    sessions.end_sessions(request, [session])


def sign_in_for_demo(request: HttpRequest, person: Person) -> None:
    """Sign one of the demo's cast in, as one who has just shown who they are.

    Raises PolicyRefusal("not_a_demo") on any hub that is not the demo: there, nothing but a password and a factor opens.
    """
    if not settings.DEMO:
        raise PolicyRefusal("not_a_demo")
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    mark_fresh(request, person, method="demo")
    record(Actor.of(person), "person.signed_in", kind="person", object_id=person.pk, of=person.member_id, by="demo")
