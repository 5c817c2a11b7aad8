"""What coordinators and counsel do: open a series, approve it, fix its panel, release, withdraw, mark events.

No page here shows a member's figure, nor what a release would show before it is made.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.forms import EventForm, OpenForm, PeriodForm
from skyddsnat.hub.statistics.models import Event, Release, Series
from skyddsnat.hub.statistics.queries.own import for_coordinators
from skyddsnat.hub.statistics.queries.panels import earliest_panel
from skyddsnat.hub.statistics.queries.released import events_of
from skyddsnat.hub.statistics.queries.standing import period_lines, standing_of
from skyddsnat.hub.statistics.refusals import WORDS
from skyddsnat.hub.statistics.views.answers import carried_out, told
from skyddsnat.hub.statistics.views.series import known
from skyddsnat.policy.statistics.sight import may_follow
from skyddsnat.policy.vocabulary import Role


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def open_series(request: SignedInRequest) -> HttpResponse:
    """A new series."""
    form = OpenForm(request.POST or None, taken=Series.objects.values_list("pk", flat=True))
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        made = carried_out(
            form,
            lambda: services.open_series(
                request.user, said["metric"], said["first"], is_public=said["is_public"], now=now
            ),
        )
        if made is not None:
            messages.success(request, _("The series is opened. Members may hand in, and say whether they take part."))
            return redirect("statistics:manage", made.pk)
    return render(request, "statistics/open.html", {"form": form})


@role_required(Role.COORDINATOR, Role.AUDITOR)
@require_safe
def manage(request: SignedInRequest, metric: str) -> HttpResponse:
    """How far the series has come; for counsel who takes part in it, and not whose figures came."""
    return _page(request, known(metric), EventForm())


@role_required(Role.AUDITOR)
@fresh
@require_POST
def approve(request: SignedInRequest, metric: str) -> HttpResponse:
    """Counsel's word."""
    row, now = known(metric), timezone.now()
    told(request, lambda: services.approve(request.user, row, now=now), done=_("You have approved the series."))
    return redirect("statistics:manage", metric)


@role_required(Role.COORDINATOR)
@fresh
@require_POST
def panel(request: SignedInRequest, metric: str) -> HttpResponse:
    """Fix who is in the joint figure from a period on."""
    row, form, now = known(metric), PeriodForm(request.POST), timezone.now()
    if form.is_valid():
        first = form.cleaned_data["period"]
        told(request, lambda: services.make_panel(request.user, row, first, now=now), done=_("The panel is fixed."))
    else:
        messages.error(request, str(WORDS["bad_period"]))
    return redirect("statistics:manage", metric)


@role_required(Role.COORDINATOR)
@fresh
@require_POST
def release(request: SignedInRequest, metric: str) -> HttpResponse:
    """Decide on a period."""
    row, form, now = known(metric), PeriodForm(request.POST), timezone.now()
    if form.is_valid():
        period = form.cleaned_data["period"]
        told(
            request,
            lambda: services.release(request.user, row, period, now=now),
            done=_("The period is decided. What the rules allow is shown to all members now."),
        )
    return redirect("statistics:manage", metric)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that it is for good, then show a wrong figure no more."""
    row, now = get_object_or_404(Release, pk=pk), timezone.now()
    if request.method != "POST":
        return render(request, "statistics/withdraw.html", _named(row.series) | {"period": row.period})
    told(request, lambda: services.withdraw(request.user, row, now=now), done=_("The figure is withdrawn."))
    return redirect("statistics:manage", row.series_id)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, metric: str) -> HttpResponse:
    """Say that it is for good, then collect no more."""
    row, now = known(metric), timezone.now()
    if request.method != "POST":
        return render(request, "statistics/close.html", _named(row))
    told(request, lambda: services.close_series(request.user, row, now=now), done=_("The series is collected no more."))
    return redirect("statistics:manage", metric)


@role_required(Role.COORDINATOR)
@require_POST
def event(request: SignedInRequest, metric: str) -> HttpResponse:
    """Mark what happened."""
    row, form = known(metric), EventForm(request.POST)
    if form.is_valid():
        said, now = dict(form.cleaned_data), timezone.now()
        of = None if said.pop("everywhere") else row
        if carried_out(form, lambda: services.add_event(request.user, of, **said, now=now)):
            messages.success(request, _("The event is marked."))
            return redirect("statistics:manage", metric)
    return _page(request, row, form)


@role_required(Role.COORDINATOR)
@require_POST
def remove_event(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a mark away."""
    row, now = get_object_or_404(Event, pk=pk), timezone.now()
    told(request, lambda: services.remove_event(request.user, row, now=now), done=_("The mark is taken away."))
    return redirect("statistics:manage", row.series_id) if row.series_id else redirect("statistics:index")


def _named(row: Series) -> dict[str, object]:
    return {"series": row, "metric": load_catalogue().metrics[row.pk]}


def _page(request: SignedInRequest, row: Series, form: EventForm) -> HttpResponse:
    follows = may_follow(reader_of(request.user))
    page = {
        "series": row,
        "metric": load_catalogue().metrics[row.pk],
        "standing": standing_of(row),
        "periods": period_lines(row, now=timezone.now()) if follows else [],
        "panel_form": PeriodForm(initial={"period": str(earliest_panel(row))}),
        "events": events_of(row),
        "event_form": form,
        "comments": for_coordinators(request.user, row),
        "is_coordinator": follows,
        "may_approve": request.user.has_role(Role.AUDITOR)
        and row.approved_at is None
        and row.opened_by_id != request.user.pk,
    }
    return render(request, "statistics/manage.html", page)
