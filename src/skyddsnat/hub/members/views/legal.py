"""The register of legal bases: all read it, the coordinator keeps it."""

from __future__ import annotations

from dataclasses import fields

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.forms import LegalForm
from skyddsnat.hub.members.models import LegalBasis
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.services import LegalFacts
from skyddsnat.hub.members.views.answers import carried_out
from skyddsnat.policy.vocabulary import Role

FACTS = [field.name for field in fields(LegalFacts)]


@require_GET
def register(request: SignedInRequest) -> HttpResponse:
    """Every activity with its basis: what has lapsed and what is overdue for review stands out."""
    today = timezone.localdate()
    entries = queries.legal_register()
    page = {
        "entries": entries,
        "today": today,
        "lapsed": queries.lapsed_bases().count(),
        "overdue": entries.filter(review_by__lt=today).count(),
        "may_manage": request.user.has_role(Role.COORDINATOR),
    }
    return render(request, "members/legal.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A new activity."""
    initial = {"owner": request.user.member_id, "status": LegalBasis.Status.ACTIVE}
    form = LegalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = LegalFacts(**form.cleaned_data)
        if carried_out(form, lambda: services.add_basis(Actor.of(request.user), facts)):
            messages.success(request, _("The activity is in the register."))
            return redirect("members:legal")
    return render(request, "members/legal_form.html", {"form": form})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an activity, its basis or its review date."""
    entry = get_object_or_404(LegalBasis, pk=pk)
    form = LegalForm(request.POST or None, initial={name: getattr(entry, name) for name in FACTS})
    if request.method == "POST" and form.is_valid():
        facts = LegalFacts(**form.cleaned_data)
        if carried_out(form, lambda: services.change_basis(Actor.of(request.user), entry, facts)):
            messages.success(request, _("The changes have been saved."))
            return redirect("members:legal")
    return render(request, "members/legal_form.html", {"form": form, "entry": entry})
