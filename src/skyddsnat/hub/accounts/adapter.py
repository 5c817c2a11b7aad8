"""How django-allauth is fitted to this hub: no public sign-up, sealed secrets, a sign-in that counts as fresh."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet, UUIDField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skyddsnat.hub.accounts.freshness import forget_later_proofs, signed_in_just_now
from skyddsnat.hub.accounts.language import remember_language
from skyddsnat.hub.accounts.sealed_factors import SECOND_FACTOR
from skyddsnat.hub.accounts.tokens import STRONG
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.prepared import PreparedIn, Slot
from skyddsnat.hub.vault.texts import open_text, seal_text


def _held(kinds: tuple[str, ...] | None) -> QuerySet[Authenticator, Any]:
    rows = Authenticator.objects.filter(user_id=Slot("person", UUIDField()))
    held: QuerySet[Authenticator, Any] = (rows if kinds is None else rows.filter(type__in=kinds)).values_list("pk")[:1]
    return held


_factors = PreparedIn[tuple[str, ...] | None](_held)
"""Whether somebody has a factor of one of these kinds, or of any."""


class AccountAdapter(DefaultAccountAdapter):
    """People come in by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("Address and password do not fit together. Check both and try again."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait five minutes and try again."),
        "rate_limited": gettext_lazy("Too many attempts. Wait five minutes and try again."),
        "incorrect_password": gettext_lazy("That is not your password. Try again."),
        "enter_current_password": gettext_lazy("That is not your current password. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Also for a member that has left: allauth itself asks only about the person."""
        if user.member.left_at is not None:
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """From now on the person's own language, whatever the browser prefers."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("This account is closed. Ask your coalition's coordinator if you need it."))
        return redirect("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:security")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The first is what is asked for: a passkey where there is one, since it cannot be given away."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your authenticator app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        named = [method | {"description": words.get(method["id"], method["description"])} for method in methods]
        return sorted(named, key=lambda method: not method["id"].endswith(":webauthn"))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in with a second factor is itself fresh, for as long as a confirmation is."""
        if self.request is not None:
            forget_later_proofs(self.request)
            if signed_in_just_now(self.request):
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class SessionsAdapter(DefaultUserSessionsAdapter):
    """One's own sessions: an entry for each that somebody ends."""

    @transaction.atomic
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """One, or all others."""
        for one in sessions:
            actor = Actor(one.user.member_id, one.user_id)
            record(actor, "session.ended", kind="person", object_id=one.user_id)
        super().end_sessions(sessions)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: sealed at rest, and never down to none."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That code does not fit. Wait for the next one and try again; each code works once."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "Your only second factor cannot be removed. Add another one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal_text(text, purpose=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text, purpose=SECOND_FACTOR)

    def is_mfa_enabled(self, user: Any, types: Iterable[str] | None = None) -> bool:
        """Asked several times by each page that needs a person's presence: prepared (docs/adr/0018)."""
        kinds = None if types is None else tuple(str(one) for one in types)
        return not user.is_anonymous and bool(_factors(kinds, person=user.pk))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last strong one: add another first."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code as inline markup: the page's policy allows no data: address.  Our own text, so it is safe."""
        markup = super().build_totp_svg(url)
        picture = mark_safe(markup[markup.index("<svg") :])  # noqa: S308  made by qrcode from digits and letters
        return format_html("{}", picture)

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.name}

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey {number}").format(number=number)
