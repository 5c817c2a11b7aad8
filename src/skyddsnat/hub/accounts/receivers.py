"""What follows when allauth signs someone in or changes a factor: an entry in the log, and letters."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.dispatch import receiver

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Person, **rest: Any) -> None:
    """A sign-in through both steps."""
    _note(user, "person.signed_in")


@receiver(password_changed)
def changed_password(sender: Any, request: Any, user: Person, **rest: Any) -> None:
    """A new password, by who knew the old one."""
    _note(user, "person.password_changed")


@receiver(factors.authenticator_added)
def factor_added(sender: Any, request: Any, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """A new factor; recovery codes come along with the first one and need no letter of their own."""
    _note(user, "factor.added", factor=str(authenticator.type))
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        notices.about_factors(user, "added")


@receiver(factors.authenticator_removed)
def factor_removed(sender: Any, request: Any, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """A factor less."""
    _note(user, "factor.removed", factor=str(authenticator.type))
    notices.about_factors(user, "removed")


@receiver(factors.authenticator_reset)
def codes_renewed(sender: Any, request: Any, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """New recovery codes."""
    _note(user, "factor.codes_renewed")


@receiver(factors.authentication_failed)
def code_refused(sender: Any, request: Any, user: Person, **rest: Any) -> None:
    """A wrong code after a right password: someone may hold the password."""
    _note(user, "person.code_refused")


def _note(person: Person, action: str, **facts: Any) -> None:
    record(Actor.of(person), action, kind="person", object_id=person.pk, of=person.member_id, **facts)
