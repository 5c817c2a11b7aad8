"""Saved filters: keep, rename, share, change, begin with, delete."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals.models import SavedFilter
from skyddsnat.hub.signals.queries.filters import filters_of
from skyddsnat.hub.signals.queries.marks import desk_of
from skyddsnat.hub.signals.services import desk
from skyddsnat.hub.signals.trail import Trail, trail_in
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.bulk import Place
from skyddsnat.policy.errors import PolicyRefusal


@require_http_methods(["GET", "HEAD", "POST"])
def filters(request: SignedInRequest) -> HttpResponse:
    """The person's filters; a POST keeps what is chosen in a place under a name."""
    if request.method == "POST":
        return _keep(request)
    here = desk_of(request.user)
    first = {here.list_filter_id, here.queue_filter_id}
    rows = [
        (saved, Trail(Place(saved.place), saved.choices, saved).link(), saved.pk in first)
        for saved in filters_of(request.user)
    ]
    return render(request, "signals/filters.html", {"rows": rows})


def _keep(request: SignedInRequest) -> HttpResponse:
    try:
        place = Place(request.POST.get("place", ""))
    except ValueError as unknown:
        raise Http404 from unknown
    trail = _trail(request, place)
    try:
        saved = desk.save_filter(
            request.user,
            place,
            name=request.POST.get("name", ""),
            choices=trail.choices,
            shared="shared" in request.POST,
            now=timezone.now(),
        )
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
        return redirect(trail.link())
    messages.success(request, _("The filter is saved. It stands above the rows."))
    return redirect(Trail(place, saved.choices, saved).link())


@require_POST
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One change of one filter, named by the button."""
    saved = filters_of(request.user).filter(pk=pk).first()
    if saved is None:
        raise Http404
    act = request.POST.get("act", "")
    try:
        done = _carry_out(request, saved, act)
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
    else:
        messages.success(request, done)
    if act == "update":
        return redirect(Trail(Place(saved.place), saved.choices, saved).link())
    return redirect("signals:filters")


def _carry_out(request: SignedInRequest, saved: SavedFilter, act: str) -> str:
    person, place = request.user, Place(saved.place)
    match act:
        case "update":
            desk.change_filter(person, saved, choices=_trail(request, place).choices)
            return _("The filter is changed.")
        case "rename":
            desk.change_filter(person, saved, name=request.POST.get("name", ""))
            return _("The filter has its new name.")
        case "share":
            desk.change_filter(person, saved, shared=not saved.shared)
            return _("Colleagues see it now.") if saved.shared else _("Only you see it now.")
        case "first":
            here = desk_of(person)
            now_first = saved.pk in {here.list_filter_id, here.queue_filter_id}
            desk.open_first(person, place, None if now_first else saved)
            return _("All rows open first again.") if now_first else _("It opens first from now on.")
        case "delete":
            desk.delete_filter(person, saved)
            return _("The filter is deleted.")
    raise Http404


def _trail(request: SignedInRequest, place: Place) -> Trail:
    given = QueryDict(request.POST.get("trail", "f=all"))
    return trail_in(place, request.user, given, desk_of(request.user))[0]
