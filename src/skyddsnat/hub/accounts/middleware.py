"""Every route needs a signed-in person with a second factor, unless it is on one of two short lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

Respond = Callable[[HttpRequest], HttpResponse]

STRONG = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes alone are not a second factor

# Routes for people who are not signed in yet.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "accounts:invitation",
        "pages:language",
        "pages:healthy",
        "pages:demo_sign_in",
    }
)
# Routes for a signed-in person who still has to enrol a second factor.
ENROL = frozenset(
    {"account_logout", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn", "pages:language"}
)
# Machines: these views check a token themselves.
MACHINE_NAMESPACES = frozenset({"taxii", "agents_api"})


class RequireSignIn:
    """Default deny over every route, by the route's name and never by a path's prefix."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Runs after the route is known (in __call__ it is not yet)."""
        match = request.resolver_match
        if match is None or MACHINE_NAMESPACES & set(match.namespaces) or match.view_name in OPEN:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        if match.view_name in ENROL or is_mfa_enabled(request.user, types=STRONG):
            return None
        return redirect("mfa_activate_totp")
