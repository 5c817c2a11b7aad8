"""Released series as files, for the members: all of them, also those that may not be published."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.statistics.exports import FORMS, table, written
from skyddsnat.hub.statistics.services.exports import log_taken_out
from skyddsnat.protocols.series.components import CODES


@require_http_methods(["GET", "POST"])
def exports(request: SignedInRequest) -> HttpResponse:
    """Choose a form; then the file.  The joint figures are for everyone in the coalition."""
    language = get_language() or "en"
    found = table(language, public=False)
    figures = sum(1 for _ in found.figures())
    if request.method == "POST":
        form = FORMS.get(request.POST.get("form", ""))
        if form is None:
            raise Http404
        log_taken_out(Actor.of(request.user), "series", form=request.POST["form"], count=figures)
        return file_of(
            written(request.POST["form"], language, found), form.content_type, f"series-{language}{form.suffix}"
        )
    rows = [(one, CODES["CL_FREQ"][one.frequency]) for one in found.series]
    page = {"forms": FORMS.items(), "rows": rows, "figures": figures}
    return render(request, "statistics/exports.html", page)


def file_of(body: bytes, content_type: str, name: str) -> HttpResponse:
    """An answer that is a file and is kept nowhere."""
    answer = HttpResponse(body, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
