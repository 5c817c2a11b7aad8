"""The log, for auditors: to read, to take along, and to check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from skyddsnat.hub.audit import keys, queries
from skyddsnat.hub.audit.forms import FilterForm
from skyddsnat.hub.audit.queries.exporting import proof_of
from skyddsnat.hub.audit.queries.tree import newest
from skyddsnat.hub.audit.queries.witnesses import settled_size, witnesses
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.audit.table import MOST_ROWS, as_csv
from skyddsnat.hub.audit.words import line_of
from skyddsnat.hub.paging import LongPaginator
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from skyddsnat.hub.audit.models import Entry
    from skyddsnat.hub.members.models import Person
    from skyddsnat.hub.members.request import SignedInRequest

PAGE = 50


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """What was done, newest first, as far as the reader's member is concerned; and what the hub has signed of it."""
    form, rows = _asked(request.user, request.GET)
    page = LongPaginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [line_of(entry, reader=request.user) for entry in page]
    heard = witnesses(now=timezone.now())
    signed = {"newest": newest(), "key": keys.public_text(), "witnesses": heard, "settled": settled_size(heard)}
    filters = [(key, value) for key, value in request.GET.items() if value and key != "page"]
    shown = {"form": form, "page_obj": page, "lines": lines, "signed": signed, "filters": filters, "most": MOST_ROWS}
    return render(request, "audit/list.html", shown)


@require_POST
def export(request: SignedInRequest) -> HttpResponse:
    """The same entries as a table for a spreadsheet, the newest ones up to a limit.  It is logged who took it."""
    _form, rows = _asked(request.user, request.POST)
    lines = [line_of(entry, reader=request.user) for entry in rows[:MOST_ROWS]]
    with transaction.atomic():
        record(
            _Reader(request.user.member_id, request.user.pk),
            "log.exported",
            kind="coalition",
            object_id="log",
            lines=len(lines),
            details=True,
        )
    answer = HttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate()}.csv"'
    return answer


@require_GET
def proof(request: SignedInRequest, pk: int) -> HttpResponse:
    """One entry with its proof, to be checked with nothing of ours; without personal details, since a file is passed on."""
    _auditor(request.user)
    entry = queries.visible_to(request.user).filter(pk=pk).first()
    found = proof_of(entry, details=False) if entry is not None else None
    if entry is None or found is None:
        raise Http404
    answer = HttpResponse(json.dumps(found, ensure_ascii=False) + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-{entry.leaf_index}.json"'
    return answer


def _asked(reader: Person, given: QueryDict) -> tuple[FilterForm, QuerySet[Entry]]:
    """The reader's part of the log, as filtered; nothing where a filter was not understood, for an extract must not grow by that.

    Raises PermissionDenied for whoever is no auditor.
    """
    _auditor(reader)
    rows = queries.visible_to(reader)
    form = FilterForm(given, choices=queries.choices(rows, reader))
    return form, queries.filtered(rows, **form.cleaned_data) if form.is_valid() else rows.none()


def _auditor(reader: Person) -> None:
    if not reader.has_role(Role.AUDITOR):
        raise PermissionDenied


@dataclass(frozen=True, slots=True)
class _Reader:
    """The reader as one who acts; the noun of people lies above this one."""

    member_id: str
    person_id: UUID
    token_id: None = None
