"""One way for all pages of this noun to find a signal, to carry out a change and to say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.hub.signals.queries.single import seen_by
from skyddsnat.hub.signals.services import marks
from skyddsnat.hub.signals.services.desk import remember_place
from skyddsnat.hub.signals.trail import Trail, trail_to
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.errors import PolicyRefusal


def signal_for(person: Person, pk: UUID) -> Signal:
    """The signal, if the person may know of it.  Raises Http404 for unknown and forbidden alike."""
    found = seen_by(person, pk)
    if found is None:
        raise Http404
    return found


def trail_of(request: SignedInRequest) -> Trail | None:
    """The way by which the person came to this signal, if its address tells one."""
    return trail_to(request.user, request.GET, desk_of(request.user)) if "in" in request.GET else None


def stay(request: SignedInRequest, route: str, pk: UUID) -> HttpResponse:
    """To the signal's page again, on the same way."""
    trail = trail_of(request)
    where = f"{reverse(route, args=[pk])}?{trail.onwards(trail.position or 0)}" if trail else reverse(route, args=[pk])
    return redirect(where)


def on_the_way(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    """What a signal's page shows of the way: back, before, after.  The person has now read it, and can go on from here."""
    person, now = request.user, timezone.now()
    marks.opened(person, pk, now=now)
    trail = trail_of(request)
    if trail is None:
        return {}
    remember_place(person, trail.kept(pk, now=now))
    near = trail.beside(person, pk, now=now)
    return {
        "trail": trail,
        "way": trail.onwards(trail.position or 0),
        "back": trail.back(pk),
        "before": trail.to(*near.before) if near.before else "",
        "after": trail.to(*near.after) if near.after else "",
    }


def told(
    request: HttpRequest, change: Callable[[], object], *, done: str | Promise | Callable[[], str | Promise]
) -> bool:
    """Carry out a change and say so, or why not, on the next page.  Raises Http404 where there is nothing to change.

    done: what is said; a function is asked once the change is made, where that depends on what came of it.
    """
    try:
        change()
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
        return False
    except Signal.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, str(done() if callable(done) else done))
    return True
