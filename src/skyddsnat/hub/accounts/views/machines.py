"""Tokens for the member's machines: listed, made, revoked, by its own engineers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.accounts import queries, services
from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.accounts.forms import TokenForm
from skyddsnat.hub.accounts.scopes import SCOPE_NAMES
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.views.answers import carried_out
from skyddsnat.policy.vocabulary import Role


@role_required(Role.ENGINEER)
@require_GET
def tokens(request: SignedInRequest) -> HttpResponse:
    """The member's tokens, live ones first."""
    now = timezone.now()
    rows = [
        {
            "token": token,
            "scopes": [SCOPE_NAMES[scope] for scope in token.scopes],
            "live": token.revoked_at is None and token.expires_at > now,
        }
        for token in queries.tokens_of(request.user)
    ]
    return render(request, "accounts/tokens.html", {"rows": sorted(rows, key=lambda row: not row["live"])})


@role_required(Role.ENGINEER)
@fresh
@never_cache
@require_http_methods(["GET", "POST"])
def token_new(request: SignedInRequest) -> HttpResponse:
    """Make a token.  The answer to the POST is the only page that ever shows it."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, member, facts = Actor.of(request.user), request.user.member, form.cleaned_data
        if made := carried_out(form, lambda: services.issue_token(actor, member, **facts)):
            token, plain = made
            return render(request, "accounts/token_shown.html", {"token": token, "plain": plain})
    return render(request, "accounts/token_new.html", {"form": form})


@role_required(Role.ENGINEER)
@fresh
@require_http_methods(["GET", "POST"])
def token_revoke(request: SignedInRequest, pk: str) -> HttpResponse:
    """Say what will stop, then revoke.  Another member's token is not there."""
    token = get_object_or_404(queries.tokens_of(request.user), pk=pk)
    if request.method == "POST":
        services.revoke_token(Actor.of(request.user), token)
        messages.success(request, _("The token has been revoked. Machines that use it are refused from now on."))
        return redirect("accounts:tokens")
    return render(request, "accounts/token_revoke.html", {"token": token})
