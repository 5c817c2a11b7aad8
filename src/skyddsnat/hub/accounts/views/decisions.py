"""What waits for a second hand, and what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.decision_words import Line, line_of
from skyddsnat.hub.accounts.decorators import fresh
from skyddsnat.hub.members import queries
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Proposal
from skyddsnat.hub.members.refusals import words_for
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.errors import PolicyRefusal

PAGE = 25


@require_safe
def decisions(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, what waits for others, what has been decided."""
    now, person = timezone.now(), request.user
    mine = queries.proposals_to_confirm(person, now=now)
    waiting = queries.visible_proposals(person).filter(pk__in=queries.open_proposals(now=now).values("pk"))
    waiting = waiting.exclude(pk__in=[one.pk for one in mine])
    past = queries.visible_proposals(person).exclude(pk__in=queries.open_proposals(now=now).values("pk"))
    page_obj = Paginator(past, PAGE).get_page(request.GET.get("page"))
    page = {
        "mine": [_line(one, request) for one in mine],
        "waiting": [_line(one, request) for one in waiting],
        "past": [_line(one, request) for one in page_obj],
        "page_obj": page_obj,
    }
    return render(request, "accounts/decisions.html", page)


@fresh
@never_cache
@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The second hand, or a no.  A code for who comes in is shown once, to who confirmed."""
    _must_know(request, pk)
    actor, now = Actor.of(request.user), timezone.now()
    try:
        if request.POST.get("act") != "confirm":
            members.turn_down(actor, pk, now=now)
            messages.success(request, _("Turned down. Nothing has changed."))
            return redirect("members:decisions")
        done = services.confirm(actor, pk, now=now)
    except PolicyRefusal as refusal:
        messages.error(request, str(words_for(refusal)))
        return redirect("members:decisions")
    if done.code:
        return render(request, "accounts/code_shown.html", {"person": done.person, "code": done.code})
    messages.success(request, _("Confirmed and done."))
    return redirect("members:decisions")


def _must_know(request: SignedInRequest, pk: UUID) -> None:
    """A proposal that is not this person's business is not there."""
    if queries.visible_proposals(request.user).filter(pk=pk).exists():
        return
    if pk not in {one.pk for one in queries.proposals_to_confirm(request.user, now=timezone.now())}:
        raise Http404


def _line(proposal: Proposal, request: SignedInRequest) -> Line:
    return line_of(proposal, now=timezone.now(), reader=request.user)
