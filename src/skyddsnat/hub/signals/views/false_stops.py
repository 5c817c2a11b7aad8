"""Notes that were stopped by mistake: what became of one's own requests, and a coordinator's decisions."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import FalseStop
from skyddsnat.hub.signals.queries import false_stops
from skyddsnat.hub.signals.views.answers import told
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import Role


@role_required(*SUBMITTING_ROLES, Role.COORDINATOR)
@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """One's own requests; to a coordinator, those that wait for a decision too."""
    person, now = request.user, timezone.now()
    page = {"waiting": false_stops.waiting_for(person, now=now), "own": false_stops.own(person), "now": now}
    return render(request, "signals/false_stops.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Release once, or turn down."""
    release = request.POST.get("act") == "release"
    done = (
        _("Released: this exact text may be handed in once.") if release else _("Turned down. The text stays stopped.")
    )
    try:
        told(
            request,
            lambda: services.decide_release(Actor.of(request.user), pk, release=release, now=timezone.now()),
            done=done,
        )
    except FalseStop.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("signals:false_stops")
