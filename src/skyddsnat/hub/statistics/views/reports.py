"""Reports in the formats of the exchange catalogue: as a page to print, as CSV and as XLSX."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.statistics.lines import period_said
from skyddsnat.hub.statistics.reports import files
from skyddsnat.hub.statistics.reports.forms import HotlineForm
from skyddsnat.hub.statistics.reports.hotline import quarterly
from skyddsnat.hub.statistics.reports.month import monthly
from skyddsnat.hub.statistics.reports.shape import Report
from skyddsnat.hub.statistics.reports.transparency import yearly
from skyddsnat.hub.statistics.services.exports import log_taken_out
from skyddsnat.hub.statistics.views.exports import file_of
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.sight import SEES_OWN
from skyddsnat.protocols.series import XLSX

CSV = "text/csv; charset=utf-8"
BACK = {Frequency.MONTH: 24, Frequency.QUARTER: 12, Frequency.YEAR: 5}
"""How many periods can be chosen."""
MADE = ("coalition_monthly", "hotline_quarterly", "dsa_transparency")


@role_required(*SEES_OWN)
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Which formats there are, and which are made here."""
    formats = load_catalogue().exchange.statistics_formats
    rest = [layout for name, layout in formats.items() if name not in MADE]
    return render(request, "statistics/reports.html", {"made": [formats[name] for name in MADE], "rest": rest})


@role_required(*SEES_OWN)
@require_http_methods(["GET", "POST"])
def month(request: SignedInRequest) -> HttpResponse:
    """The coalition's month: the own member's row and the joint one."""
    asked = _asked(request, Frequency.MONTH)
    return _answer(request, monthly(request.user, asked), asked)


@role_required(*SEES_OWN)
@require_http_methods(["GET", "POST"])
def hotline(request: SignedInRequest) -> HttpResponse:
    """The hotline's quarter, with what the person fills in."""
    asked = _asked(request, Frequency.QUARTER)
    form = HotlineForm(request.POST or request.GET or None)
    figures = form.cleaned_data if form.is_valid() else {}
    return _answer(request, quarterly(asked, figures), asked, form=form)


@role_required(*SEES_OWN)
@require_http_methods(["GET", "POST"])
def transparency(request: SignedInRequest) -> HttpResponse:
    """The ten parts of the transparency template for a calendar year."""
    asked = _asked(request, Frequency.YEAR)
    return _answer(request, yearly(request.user, asked), asked)


def _asked(request: SignedInRequest, kind: Frequency) -> Period:
    """The period that was asked for, or the last one that is over."""
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    last = Period.holding(timezone.localdate(), kind).previous
    try:
        asked = Period.read(sent.get("period", "")) if "period" in sent else last
    except PolicyRefusal:
        raise Http404 from None
    if asked.kind is not kind or not last.shifted(1 - BACK[kind]) <= asked <= last:
        raise Http404
    return asked


def _answer(request: SignedInRequest, report: Report, asked: Period, **more: Any) -> HttpResponse:
    if request.method == "POST":
        return _file(request, report)
    last = Period.holding(timezone.localdate(), asked.kind).previous
    choices = [(str(each), period_said(each)) for each in (last.shifted(-back) for back in range(BACK[asked.kind]))]
    page = {"report": report, "asked": str(asked), "choices": choices, **more}
    return render(request, "statistics/report.html", page)


def _file(request: SignedInRequest, report: Report) -> HttpResponse:
    """The whole as XLSX or CSV, or one part as CSV: the template of ten parts is ten such files."""
    chosen, parts = request.POST.get("form", ""), {part.name: part for part in report.parts}
    name = f"{report.layout.id}-{report.key}"
    if chosen == "xlsx":
        file = file_of(files.as_workbook(report), XLSX, f"{name}.xlsx")
    elif chosen == "csv":
        file = file_of(files.as_csv(report), CSV, f"{name}.csv")
    elif chosen in parts and not report.by_row:
        file = file_of(files.part_as_csv(parts[chosen]), CSV, f"{name}-{chosen}.csv")
    else:
        raise Http404
    log_taken_out(Actor.of(request.user), report.layout.id, form=chosen, count=report.count)
    return file
