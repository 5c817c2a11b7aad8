"""The way in: link, password, second factor, recovery codes, My work."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.forms import WelcomeForm
from skyddsnat.hub.accounts.freshness import mark_fresh
from skyddsnat.hub.accounts.language import remember_language
from skyddsnat.hub.accounts.queries import has_second_factor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.errors import PolicyRefusal

HELD_SECRET = "invitation"  # noqa: S105  the session's key for it


@never_cache
@require_GET
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address at once.  Reading the link uses nothing up: mail programs open links too."""
    if services.invited_person(secret) is None:
        return _too_late(request)
    request.session[HELD_SECRET] = secret
    return redirect("accounts:welcome")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Who is invited to what, and a password to choose; then on to the second factor."""
    secret = request.session.get(HELD_SECRET, "")
    person = services.invited_person(secret) if secret else None
    if person is None:
        return _too_late(request)
    form = WelcomeForm(request.POST or None, person=person, with_code=services.asks_for_code(secret))
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data.get("code", "")
            newcomer = services.accept_invitation(secret, password=form.cleaned_data["password1"], code=code)
        except PolicyRefusal as refused:
            if refused.code != "bad_code" or services.invited_person(secret) is None:
                return _too_late(request)
            form.add_error("code", _("This is not the code. After five wrong ones the link stops working."))
            return _welcome(request, form, person)
        login(request, newcomer, backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session.pop(HELD_SECRET, None)
        mark_fresh(request, newcomer, method="invitation")
        response = redirect("accounts:enrol")
        remember_language(response, newcomer)
        return response
    return _welcome(request, form, person)


@never_cache
@require_GET
def enrol(request: SignedInRequest) -> HttpResponse:
    """Choose a second factor: until there is one, nothing else opens."""
    if has_second_factor(request.user):
        return redirect("accounts:security")
    return render(request, "accounts/enrol.html")


def _welcome(request: HttpRequest, form: WelcomeForm, person: Person) -> HttpResponse:
    page = {"form": form, "person": person, "coalition": coalition()}
    return render(request, "accounts/welcome.html", page)


def _too_late(request: HttpRequest) -> HttpResponse:
    """One answer for a link that is unknown, used, replaced or too old."""
    request.session.pop(HELD_SECRET, None)
    return render(request, "accounts/too_late.html", status=404)
