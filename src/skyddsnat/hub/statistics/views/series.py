"""The list of series, and one series with its joint figure and the own ones."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.models import Series
from skyddsnat.hub.statistics.queries import picture
from skyddsnat.hub.statistics.queries.calendar import calendar_of
from skyddsnat.hub.statistics.queries.index import series_lines
from skyddsnat.hub.statistics.queries.own import own_figures
from skyddsnat.hub.statistics.queries.released import released
from skyddsnat.hub.statistics.queries.reminders import reminders
from skyddsnat.hub.statistics.queries.standing import standing_of
from skyddsnat.hub.statistics.views.answers import told
from skyddsnat.policy.statistics.sight import HANDS_IN, SEES_OWN
from skyddsnat.policy.vocabulary import Role


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every series, with what waits for the person."""
    person, now = request.user, timezone.now()
    page = {
        "waiting": reminders(person, now=now),
        "lines": series_lines(person, now=now),
        "calendar": calendar_of(person.member_id, now=now) if _has(request, HANDS_IN) else [],
        "today": timezone.localdate(now),
        "sees_own": _has(request, SEES_OWN),
        "is_coordinator": person.has_role(Role.COORDINATOR),
    }
    return render(request, "statistics/index.html", page)


@require_safe
def series(request: SignedInRequest, metric: str) -> HttpResponse:
    """One series: the joint figure for all, the own ones for whoever sees them."""
    person, row = request.user, known(metric)
    found = released(metric)
    own = own_figures(person, row)
    page = {
        "series": row,
        "metric": load_catalogue().metrics[metric],
        "joint": picture.joint_of(found) if found is not None else None,
        "released": found,
        "standing": standing_of(row),
        "own": list(reversed(own)),
        "own_chart": picture.own_chart(load_catalogue().metrics[metric], own),
        "sees_own": _has(request, SEES_OWN),
        "hands_in": _has(request, HANDS_IN) and row.closed_at is None,
        "is_lead": person.has_role(Role.BENCHMARK_LEAD),
        "manages": _has(request, {Role.COORDINATOR, Role.AUDITOR}),
        "agreement": row.agreements.filter(member_id=person.member_id, ended_at=None).first(),
    }
    return render(request, "statistics/series.html", page)


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def agree(request: SignedInRequest, metric: str) -> HttpResponse:
    """Let the own figures be in the joint one, or no longer: said by its word, and by nothing that is left out."""
    row, act, now = known(metric), request.POST.get("act"), timezone.now()
    if act not in {"agree", "end"}:
        raise Http404
    if act == "end":
        told(
            request,
            lambda: services.end_agreement(request.user, row, now=now),
            done=_("Your figures are in no later joint figure."),
        )
    else:
        told(
            request, lambda: services.agree(request.user, row, now=now), done=_("Your figures may be in the joint one.")
        )
    return redirect("statistics:series", metric)


def known(metric: str) -> Series:
    """The series.  Raises Http404."""
    found = Series.objects.filter(pk=metric).first()
    if found is None or metric not in load_catalogue().metrics:
        raise Http404
    return found


def _has(request: SignedInRequest, roles: frozenset[Role] | set[Role]) -> bool:
    return any(request.user.has_role(role) for role in roles)
