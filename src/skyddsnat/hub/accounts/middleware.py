"""Every route needs a signed-in person with a second factor, unless it is on one of two short lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db.models import CharField, UUIDField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from skyddsnat.hub.accounts.queries import has_second_factor
from skyddsnat.hub.outage import spared
from skyddsnat.hub.prepared import Prepared, Slot

Respond = Callable[[HttpRequest], HttpResponse]

ACTIVITY_IS_NOTED_EVERY = timedelta(minutes=1)

# Released statistics, for anyone (hub/statistics/public_urls.py).
PUBLIC = frozenset(
    f"open:{name}_{language}"
    for name in ("page", "report", "columns", "csv", "xlsx", "parquet", "sdmx_csv", "sdmx_json")
    for language in ("sv", "en")
)
# Routes that need nobody to be signed in.
OPEN = PUBLIC | frozenset(
    {
        "open:choose",
        "open:structure_xml",
        "open:structure_json",
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "accounts:invitation",
        "accounts:welcome",
        "pages:language",
        "pages:healthy",
        "pages:demo_sign_in",
    }
)
# Routes for a signed-in person who still has to enrol a second factor.
ENROL = frozenset({"account_reauthenticate", "accounts:enrol", "mfa_activate_totp", "mfa_add_webauthn"})
# Machines: these views check a token themselves.
MACHINE_NAMESPACES = frozenset({"taxii", "agents_api", "log_api", "bench_api", "complaints_api", "statistics_api"})


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
        if match.view_name in ENROL or has_second_factor(request.user):
            return None
        return redirect("accounts:enrol")


_times = Prepared(
    lambda: (
        UserSession.objects.filter(session_key=Slot("key", CharField()), user_id=Slot("person", UUIDField()))
        .order_by("pk")
        .values_list("created_at", "last_seen_at")[:1]
    )
)


class SessionActivity:
    """Keeps the person's list of sessions, and ends those that are idle or old.

    Like allauth's own, but writes once a minute and not at each page.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        times = _times.one(key=request.session.session_key, person=request.user.pk)
        ages = [timezone.now() - moment for moment in times or ()]
        if ages and (ages[0] > settings.SESSION_AT_MOST or ages[1] > settings.SESSION_IDLE):
            logout(request)
        elif not ages or ages[1] >= ACTIVITY_IS_NOTED_EVERY:
            with spared():
                UserSession.objects.create_from_request(request)
