"""Pages to read the catalogue.  They only read, and every signed-in member may see all of them."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.bulletins.queries import by_measure
from skyddsnat.hub.knowledge import labels, queries
from skyddsnat.hub.knowledge.forms import SearchForm
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.practices import SHARES


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the catalogue is, how much there is, and what counters what."""
    context = {
        "counts": load_catalogue().counts(),
        "phases": queries.techniques_by_phase(),
        "heat": queries.heat_map(),
        "form": SearchForm(),
    }
    return render(request, "knowledge/overview.html", context)


@require_safe
def techniques(request: HttpRequest) -> HttpResponse:
    """Techniques by phase."""
    return render(request, "knowledge/techniques.html", {"phases": queries.techniques_by_phase()})


@require_safe
def technique(request: HttpRequest, technique_id: str) -> HttpResponse:
    """One technique."""
    return render(request, "knowledge/technique.html", {"page": _found(queries.technique_page(technique_id))})


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Measures by group."""
    return render(request, "knowledge/measures.html", {"groups": queries.measures_by_group()})


@require_safe
def measure(request: SignedInRequest, measure_id: str) -> HttpResponse:
    """One measure, with the practices that the person may read."""
    page = _found(queries.measure_page(measure_id))
    practices = by_measure(request.user, [measure_id], now=timezone.now()).get(measure_id, [])
    shares = any(request.user.has_role(role) for role in SHARES)
    return render(request, "knowledge/measure.html", {"page": page, "practices": practices, "shares": shares})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics by group."""
    return render(request, "knowledge/metrics.html", {"groups": queries.metrics_by_group()})


@require_safe
def metric(request: HttpRequest, metric_id: str) -> HttpResponse:
    """One metric."""
    page = _found(queries.metric_page(metric_id))
    context = {
        "page": page,
        "direction": labels.DIRECTIONS[page.metric.direction],
        "frequency": labels.FREQUENCIES[page.metric.frequency],
        "sharing": labels.SHARING[page.metric.sharing],
        "competition": labels.COMPETITION[page.metric.competition],
        "evidence": labels.EVIDENCE[page.metric.evidence],
        "value_type": labels.VALUE_TYPES[page.metric.value.type],
    }
    return render(request, "knowledge/metric.html", context)


@require_safe
def maturity(request: HttpRequest) -> HttpResponse:
    """The maturity model: its scale, its rules, its areas."""
    context = {"model": load_catalogue().maturity, "areas": queries.questions_by_area()}
    return render(request, "knowledge/maturity.html", context)


@require_safe
def area(request: HttpRequest, area_id: str) -> HttpResponse:
    """The questions of one area."""
    context = {"area": _found(queries.area_page(area_id)), "scale": load_catalogue().maturity.scale}
    return render(request, "knowledge/area.html", context)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Knowledge entries by topic."""
    return render(request, "knowledge/entries.html", {"topics": queries.entries_by_topic()})


@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """How a signal moves: ceilings, states, types, compartments."""
    types = [
        (part, labels.CARRIED_AS[part.type.carried_as], labels.ENFORCEABLE[part.type.enforceable])
        for part in queries.signal_types()
    ]
    context = {"exchange": load_catalogue().exchange, "states": queries.states(), "types": types}
    return render(request, "knowledge/signals.html", context)


@require_safe
def formats(request: HttpRequest) -> HttpResponse:
    """Codes and formats of the exchange with others."""
    return render(
        request, "knowledge/formats.html", {"exchange": load_catalogue().exchange, "sources": load_catalogue().sources}
    )


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The register of sources."""
    listed = sorted(
        load_catalogue().sources.values(), key=lambda source: (source.organisation.casefold(), -source.year)
    )
    return render(request, "knowledge/sources.html", {"sources": listed})


@require_safe
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source and what stands on it."""
    return render(request, "knowledge/source.html", {"page": _found(queries.source_page(source_id))})


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The search box and, after a POST, what was found."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    hits = queries.hits(form.cleaned_data["words"]) if form.is_valid() else ()
    grouped = [(kind, list(found)) for kind, found in groupby(hits, key=lambda hit: hit.kind)]
    context = {"form": form, "grouped": grouped, "total": len(hits), "searched": form.is_valid()}
    return render(request, "knowledge/search.html", context)


def _found[Page](page: Page | None) -> Page:
    if page is None:
        raise Http404
    return page
