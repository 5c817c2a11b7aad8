"""A person's own security: factors, recovery codes, sessions."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skyddsnat.hub.accounts.queries import factors_of
from skyddsnat.hub.accounts.services import end_one_session
from skyddsnat.hub.members.request import SignedInRequest


@require_GET
def security(request: SignedInRequest) -> HttpResponse:
    """What protects the account, and what could be better."""
    return render(request, "accounts/security.html", {"factors": factors_of(request.user)})


def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """allauth's page, but never for the last strong factor: its own check covers the authenticator app alone."""
    passkey = Authenticator.objects.filter(pk=pk, user_id=request.user.pk).first()
    if passkey is not None and not get_adapter().can_delete_authenticator(passkey):
        messages.error(request, _("Your only second factor cannot be removed. Add another one first."))
        return redirect("accounts:security")
    response: HttpResponse = remove_webauthn(request, pk=pk)
    return response


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; anyone else's is not there."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    end_one_session(request, session)
    messages.success(request, _("The session has been ended."))
    return redirect("usersessions_list")
