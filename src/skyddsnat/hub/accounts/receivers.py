"""What follows when allauth signs someone in or changes a factor: an entry in the log, letters, and what to do next."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.dispatch import receiver
from django.utils.translation import gettext as _

from skyddsnat.hub.accounts import notices
from skyddsnat.hub.accounts.queries import factors_of
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


@receiver(factors.authenticator_used)
def code_used_up(sender: Any, request: Any, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """Whoever needs a recovery code has lost something: say what to do about it before the codes are gone, too."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        told = _(
            "You used a recovery code; codes left: %(left)d. If your phone or key is lost, add a new one and remove"
            " the lost one, under your name: Sign-in and security."
        )
        messages.warning(request, told % {"left": factors_of(user).codes_left})


def _note(person: Person, action: str, **facts: Any) -> None:
    record(Actor.of(person), action, kind="person", object_id=person.pk, of=person.member_id, **facts)
