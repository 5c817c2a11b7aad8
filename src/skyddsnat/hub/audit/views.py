"""The log, for auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skyddsnat.hub.audit import queries
from skyddsnat.hub.audit.forms import FilterForm
from skyddsnat.hub.audit.words import line_of
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.request import SignedInRequest

PAGE = 50


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """What was done, newest first, as far as the reader's member is concerned."""
    if not request.user.has_role(Role.AUDITOR):
        raise PermissionDenied
    rows = queries.visible_to(request.user)
    members = rows.order_by().exclude(member=None).values_list("member_id", "member__name").distinct()
    form = FilterForm(request.GET, actions=queries.actions(rows), members=sorted(members, key=lambda pair: pair[1]))
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(queries.filtered(rows, **wanted), PAGE).get_page(request.GET.get("page"))
    lines = [line_of(entry, reader=request.user) for entry in page]
    return render(request, "audit/list.html", {"form": form, "page_obj": page, "lines": lines})
