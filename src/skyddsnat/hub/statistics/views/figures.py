"""The own figures: hand in or correct one, look at its revisions, explain it, comment on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.statistics import lines, services
from skyddsnat.hub.statistics.context import own
from skyddsnat.hub.statistics.forms import CommentForm, ExplainForm, HandInForm, initial_of
from skyddsnat.hub.statistics.models import Figure
from skyddsnat.hub.statistics.queries import own as figures
from skyddsnat.hub.statistics.queries.calendar import periods_of
from skyddsnat.hub.statistics.views.answers import carried_out, told
from skyddsnat.hub.statistics.views.series import known
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import HANDS_IN, SEES_OWN


@role_required(*HANDS_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: SignedInRequest, metric: str) -> HttpResponse:
    """A period's figure by hand: the first, or a correction of the newest."""
    series, now = known(metric), timezone.now()
    periods = list(reversed(periods_of(series, now=now)))
    if series.closed_at is not None or not periods:
        raise Http404
    found = {one.period: one for one in figures.own_figures(request.user, series)}
    asked = next((each for each in periods if str(each) == request.GET.get("period")), None)
    period = asked or next((each for each in reversed(periods) if each not in found), periods[0])
    newest = found[period].newest if period in found else None
    last = found[max(found)].newest.said if found else None
    initial = initial_of(period, newest.said if newest else None, last, revision=newest.number if newest else 0)
    book = load_catalogue().metrics[metric]
    choices = [period] if newest else [each for each in periods if each not in found]
    form = HandInForm(request.POST or None, initial=initial, metric=book, periods=choices)
    if request.method == "POST" and form.is_valid():
        taken = carried_out(form, lambda: services.hand_in(request.user, form.figure(), now=now))
        if taken is not None:
            return _after(request, taken)
    page = {
        "series": series,
        "metric": book,
        "unit": load_catalogue().metric_words.units[book.unit],
        "form": form,
        "period": period,
        "corrects": newest,
    }
    return render(request, "statistics/hand_in.html", page)


def _after(request: SignedInRequest, taken: services.Taken) -> HttpResponse:
    revision = taken.revision
    if revision.warnings and revision.explained_at is None:
        messages.warning(request, _("The figure is kept. Something about it looks odd: please explain it."))
        return redirect("statistics:figure", revision.figure_id)
    messages.success(request, _("The figure is kept."))
    return redirect("statistics:series", revision.figure.series_id)


@role_required(*SEES_OWN)
@require_safe
def figure(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One figure of the own member: every revision, its context, what was said about it."""
    return _page(request, _own(request, pk))


@role_required(*HANDS_IN)
@require_POST
def explain(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Answer for what looked odd in the newest revision."""
    row, form = _own(request, pk), ExplainForm(request.POST)
    newest = figures.revisions_of(row)[0]
    if form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        told(request, lambda: services.explain(request.user, newest, text=text, now=now), done=_("Explained."))
        return redirect("statistics:figure", pk)
    return _page(request, row, explaining=form)


@role_required(*HANDS_IN)
@require_POST
def comment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A note about the figure."""
    row, form = _own(request, pk), CommentForm(request.POST)
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        if carried_out(form, lambda: services.comment(request.user, row, **said, now=now)):
            messages.success(request, _("The comment is kept."))
            return redirect("statistics:figure", pk)
    return _page(request, row, commenting=form)


def _own(request: SignedInRequest, pk: UUID) -> Figure:
    found = figures.own_figure(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest,
    row: Figure,
    *,
    explaining: ExplainForm | None = None,
    commenting: CommentForm | None = None,
) -> HttpResponse:
    revisions = figures.revisions_of(row)
    newest = revisions[0]
    hands_in = any(request.user.has_role(role) for role in HANDS_IN)
    page = {
        "figure": row,
        "series": row.series,
        "metric": load_catalogue().metrics[row.series_id],
        "period": lines.period_said(Period.read(row.period)),
        "revisions": revisions,
        "newest": newest,
        "context": lines.context_lines(own(newest.said)),
        "odd": bool(newest.warnings) and newest.explained_at is None,
        "released_with": figures.released_with(row),
        "comments": figures.comments_of(row),
        "hands_in": hands_in,
        "explaining": explaining or ExplainForm(),
        "commenting": commenting or CommentForm(),
    }
    return render(request, "statistics/figure.html", page)
