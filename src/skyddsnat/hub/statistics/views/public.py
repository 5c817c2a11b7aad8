"""Pages and files for anyone: released figures of series that may be published, the same answer for all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.text import LANGUAGES
from skyddsnat.hub.members.queries import coalition
from skyddsnat.hub.statistics.exports import FORMS, LONG_AGO, table, written
from skyddsnat.hub.statistics.public import newest, told, years
from skyddsnat.hub.statistics.queries.released import released_all
from skyddsnat.protocols.series import (
    STRUCTURE_JSON,
    STRUCTURE_XML,
    write_dictionary,
    write_structure_json,
    write_structure_xml,
)

KEPT: Final = "public, max-age=600"
"""Ten minutes: a release is then soon seen, and a figure that is withdrawn soon gone."""
OWN_NAMES: Final = (("sv", "Svenska"), ("en", "English"))
DICTIONARY: Final = "text/csv; charset=utf-8"


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """To the page in the language that the browser asks for."""
    response = redirect(f"open:page_{_short(translation.get_language_from_request(request))}")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def page(request: HttpRequest, language: str) -> HttpResponseBase:
    """What the protection does, in figures; and how to read them."""
    with translation.override(language):
        found = released_all(public=True)
        facts = {"series": told(found), "years": years(found), "forms": _files(language)}
        return _page(request, "statistics/public_page.html", language, "page", facts)


@require_safe
def report(request: HttpRequest, language: str) -> HttpResponseBase:
    """One year, to print; the newest that has a figure unless another is asked for."""
    with translation.override(language):
        found = released_all(public=True)
        known = years(found)
        asked = request.GET.get("year", known[0] if known else "")
        if asked not in known:
            raise Http404
        facts = {"series": told(found, year=int(asked)), "year": asked, "released": newest(found)}
        return _page(request, "statistics/public_report.html", language, "report", facts)


@require_safe
def file(request: HttpRequest, language: str, form: str) -> HttpResponseBase:
    """All figures in one file."""
    chosen = FORMS[form]
    return _kept(
        request,
        written(form, language, table(language, public=True)),
        chosen.content_type,
        f"series-{language}{chosen.suffix}",
        language,
    )


@require_safe
def structure(request: HttpRequest, form: str) -> HttpResponseBase:
    """The data structure definition that the SDMX files follow."""
    write, kind = (write_structure_xml, STRUCTURE_XML) if form == "xml" else (write_structure_json, STRUCTURE_JSON)
    body = write(load_catalogue().metrics.values(), sender=coalition().name, prepared=LONG_AGO)
    return _kept(request, body, kind, f"structure.{form}", ", ".join(LANGUAGES))


@require_safe
def columns(request: HttpRequest, language: str) -> HttpResponseBase:
    """What each column and each code means."""
    return _kept(request, write_dictionary(language=language), DICTIONARY, f"columns-{language}.csv", language)


def _files(language: str) -> list[tuple[Any, str]]:
    return [(form, reverse(f"open:{name}_{language}")) for name, form in FORMS.items()]


def _page(request: HttpRequest, template: str, language: str, name: str, facts: Mapping[str, Any]) -> HttpResponseBase:
    rules, query = load_catalogue().metric_words.joint_totals, f"?year={facts['year']}" if "year" in facts else ""
    others = [(code, own, f"{reverse(f'open:{name}_{code}')}{query}") for code, own in OWN_NAMES if code != language]
    shown = {
        "coalition": coalition(),
        "others": others,
        "rules": rules,
        "largest_share": int(100 * rules.max_share),
        **facts,
    }
    response = render(request, template, shown)
    response["Content-Language"] = language
    return _conditional(request, response)


def _kept(request: HttpRequest, body: bytes, content_type: str, name: str, languages: str) -> HttpResponseBase:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Language"] = languages
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _conditional(request, response)


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """With its mark, so that whoever has it already is told no more than that."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"], response["ETag"] = KEPT, etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _short(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]
