"""How the agents are: a list and one page each."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.agents import queries, services
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.vocabulary import Role


@require_safe
def agent_list(request: SignedInRequest) -> HttpResponse:
    """The agents that this person may know of, those in trouble first."""
    person = request.user
    found = queries.standings(person, now=timezone.now())
    own = [one for one in found if one.is_full]
    context = {
        "own": own,
        "others": [one for one in found if not one.is_full],
        "sees_others": queries.sees_others(person),
        "is_engineer": person.has_role(Role.ENGINEER),
    }
    return render(request, "agents/list.html", context)


@require_safe
def detail(request: SignedInRequest, agent_id: int) -> HttpResponse:
    """One agent: in full for its own member, else in outline."""
    person, now = request.user, timezone.now()
    one = queries.standing(person, agent_id, now=now)
    if one is None:
        raise Http404
    context = {
        "one": one,
        "agent": one.agent,
        "places": queries.places(one.agent) if one.is_full else [],
        "resolvers": queries.resolvers(one.agent) if one.is_full else [],
        "may_remove": queries.may_remove(person, one, now=now),
    }
    return render(request, "agents/detail.html", context)


@require_POST
def remove(request: SignedInRequest, agent_id: int) -> HttpResponse:
    """Take away an agent that is no longer run."""
    person, now = request.user, timezone.now()
    one = queries.standing(person, agent_id, now=now)
    if one is None or not queries.may_remove(person, one, now=now):
        raise Http404
    services.remove(person, one.agent)
    messages.success(request, _("The agent was removed. If it is started again it comes back by itself."))
    return redirect("agents:list")
