"""Bringing a list in: the files, what would become of each row, the hub at work, what became of each row."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skyddsnat.hub.lists import queries, services
from skyddsnat.hub.lists.forms import ImportForm, RowsForm
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.lists.outcomes import Line, example_lines, guesses, lines_of, reasons, tiles
from skyddsnat.hub.lists.reading import read_files
from skyddsnat.hub.lists.upload import most_bytes
from skyddsnat.hub.lists.words import public, refusal
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import will_be_seen_by
from skyddsnat.hub.members.request import SignedInRequest, body_length
from skyddsnat.hub.signals.forms.intake import own_circles
from skyddsnat.hub.signals.reading import COLUMNS
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Marking
from skyddsnat.protocols.spreadsheets import write_table

PAGE = 100
HELPS_FOR = 1.5
"""Seconds that a request works along itself, so that a short list is ready when its page is."""


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """What the own member brought in and took out."""
    page = {
        "imports": Paginator(queries.imports(request.user), 20).get_page(request.GET.get("page")),
        "exports": queries.exports(request.user)[:20],
    }
    return render(request, "lists/index.html", page)


@require_http_methods(["GET", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """The files.  They are read in this request and dropped with it; the rows wait to be looked at."""
    form = ImportForm(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and _is_too_large(request):
        form.errors.clear()
        form.add_error("file", str(refusal("file_too_large")))
    elif request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        try:
            read = read_files([(file.name, file.read()) for file in facts["file"]], like=form.common(), now=now)
            made = services.receive(
                Actor.of(request.user),
                read,
                circle=facts["circle"],
                marking=Marking(facts["marking"]),
                now=now,
                named=facts["named"],
            )
        except PolicyRefusal as refused:
            form.add_error(_field_of(refused.code), str(refusal(refused.code)))
        else:
            services.Worker(size=200).work(seconds=HELPS_FOR, only=made.pk)
            return redirect("lists:detail", made.pk)
    circles = own_circles(request.user)
    audiences = [(circle, will_be_seen_by(circle, Marking.AMBER_STRICT)) for circle in circles]
    return render(
        request, "lists/import.html", {"form": form, "tab": "import", "audiences": audiences, "columns": COLUMNS}
    )


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where the import stands, and its rows."""
    made = _import_for(request, pk)
    form = RowsForm(request.GET or None)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    page_obj = Paginator(queries.rows_of(made, outcome=outcome), PAGE).get_page(request.GET.get("page"))
    page = {
        "made": made,
        "mine": made.person_id == request.user.pk,
        "tiles": tiles(made),
        "reasons": reasons(made),
        "guesses": guesses(made),
        "form": form,
        "page_obj": page_obj,
        "lines": lines_of(made, page_obj, request.user),
        "examples": example_lines(made) if made.state == Import.State.READY else [],
        "audience": will_be_seen_by(made.circle, Marking(made.marking), [made.person, *made.named.all()]),
        "stopped": refusal(made.stopped_by) if made.stopped_by else "",
        "still": "still" in request.GET,
    }
    return render(request, "lists/detail.html", page)


@require_POST
def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take in what was shown."""
    made = _import_for(request, pk)
    try:
        services.confirm(Actor.of(request.user), made.pk, now=timezone.now())
    except PolicyRefusal as refused:
        messages.error(request, str(refusal(refused.code)))
    else:
        services.Worker().work(seconds=HELPS_FOR, only=made.pk)
    return redirect("lists:detail", made.pk)


@require_POST
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop, and drop what waits."""
    made = _import_for(request, pk)
    try:
        services.cancel(Actor.of(request.user), made.pk, now=timezone.now())
    except PolicyRefusal as refused:
        messages.error(request, str(refusal(refused.code)))
    else:
        services.Worker(size=500).work(seconds=HELPS_FOR, only=made.pk)
        messages.success(request, _("The import is cancelled. What was taken in before stays."))
    return redirect("lists:detail", made.pk)


@require_safe
def outcomes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What became of each row, as CSV.  No values: the row's number leads back to the person's own file."""
    made = _import_for(request, pk)
    form = RowsForm(request.GET or None)
    rows = queries.rows_of(made, outcome=form.cleaned_data["outcome"] if form.is_valid() else "")
    heading = [_("row"), _("type"), _("outcome"), _("reason"), _("in words"), _("signal")]
    body = write_table(heading, _cells(lines_of(made, rows.iterator(chunk_size=2_000), request.user)))
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{made.reference}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _cells(lines: Iterator[Line]) -> Iterator[list[str]]:
    for line in lines:
        reference = line.signal_id.hex[:8].upper() if line.signal_id else ""
        yield [str(line.number), line.type_code, line.outcome, public(line.code), str(line.why), reference]


def _import_for(request: SignedInRequest, pk: UUID) -> Import:
    found: Import | None = queries.imports(request.user).select_related("member").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _is_too_large(request: HttpRequest) -> bool:
    """Such a body's files were dropped as they came, so that the form alone would say that there were none."""
    return (body_length(request) or 0) > most_bytes(request)


def _field_of(code: str) -> str:
    """Where on the form the reason stands."""
    if code in {"not_in_circle", "inactive", "no_role"}:
        return "circle"
    return "named" if code in {"marking_not_offered", "nobody_named"} else "file"
