"""Pages of complaints: the queue, one case, and what is done about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.complaints import queries, services
from skyddsnat.hub.complaints.forms import OwnLiftForm
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.complaints.words import said
from skyddsnat.hub.members.request import SignedInRequest, number_in
from skyddsnat.hub.members.views.answers import told
from skyddsnat.policy.complaints import Outcome
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import Role

A_PAGE = 50
SUSPEND = "suspend"
DONE: dict[str, Promise] = {
    SUSPEND: gettext_lazy("Suspended everywhere until it is decided. Agents have it within seconds."),
    Outcome.LIFTED: gettext_lazy("Lifted for good. Agents have it within seconds."),
    Outcome.NARROWED: gettext_lazy("Narrowed to the host. What lies below it is free within seconds."),
    Outcome.UPHELD: gettext_lazy("The block stands."),
}


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The queue, and how long each step takes."""
    found = Paginator(queries.queue(request.user), A_PAGE).get_page(request.GET.get("page"))
    page = {
        "page_obj": found,
        "steps": queries.steps(request.user),
        "measured": queries.measured(request.user, now=timezone.now()),
    }
    return render(request, "complaints/list.html", page)


@require_safe
def case(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One case."""
    return _case_page(request, _case(request, pk))


@role_required(Role.REVIEWER)
@fresh
@require_POST
def judge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Suspend a block until it is decided, or decide."""
    found, act, block = _case(request, pk), request.POST.get("act", ""), number_in(request.POST.get("block", ""))
    told(request, lambda: _judge(request, found, block, act), done=DONE.get(act, ""), words=said)
    return redirect("complaints:case", pk)


def _judge(request: SignedInRequest, found: Case, block: int | None, act: str) -> None:
    if block is None or act not in DONE:
        raise PolicyRefusal("unknown_outcome")
    try:
        if act == SUSPEND:
            services.suspend(request.user, found, block, now=timezone.now())
        else:
            services.decide(request.user, found, block, Outcome(act), now=timezone.now())
    except CaseBlock.DoesNotExist:
        raise PolicyRefusal("not_there") from None


@role_required(*SUBMITTING_ROLES)
@require_POST
def own_lift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put on record that the own agents' operator has lifted it."""
    found, reason = _case(request, pk), request.POST.get("reason", "")
    told(
        request,
        lambda: services.own_lift(request.user, found, reason=reason, now=timezone.now()),
        done=_("On record. Police and hotline see it here."),
        words=said,
    )
    return redirect("complaints:case", pk)


@fresh
@require_POST
def name(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The name that nothing of ours blocks, as it was typed in; logged."""
    found, opened = _case(request, pk), list[str]()
    shown = told(
        request,
        lambda: opened.append(services.show_name(request.user, found, now=timezone.now())),
        done=_("Shown once, and logged."),
        words=said,
    )
    return _case_page(request, found, name=opened[0]) if shown else redirect("complaints:case", pk)


@role_required(Role.ANALYST)
@fresh
@require_POST
def contact(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How to reach one complainant; logged."""
    opened: list[Complaint] = []
    try:
        shown = told(
            request,
            lambda: opened.append(services.show_contact(request.user, pk, now=timezone.now())),
            done=_("Shown once, and logged."),
            words=said,
        )
    except Complaint.DoesNotExist:
        raise Http404 from None
    if not shown:
        return redirect("complaints:list")
    (found,) = opened
    return _case_page(request, found.case, contact=found.contact, contact_of=found.pk)


@role_required(Role.ANALYST)
@require_POST
def replied(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say that the reply has gone out."""
    row = Complaint.objects.filter(pk=pk, member_id=request.user.member_id).first()
    if row is None:
        raise Http404
    told(
        request,
        lambda: services.replied(request.user, pk, now=timezone.now()),
        done=_("Noted. The contact is erased in fourteen days."),
        words=said,
    )
    return redirect("complaints:case", row.case_id)


def _case(request: SignedInRequest, pk: UUID) -> Case:
    """The case, if the person may know of it.  Raises Http404 for unknown and forbidden alike."""
    found: Case | None = Case.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _case_page(request: SignedInRequest, found: Case, **shown: Any) -> HttpResponse:
    page = queries.page_of(request.user, found)
    answer = render(request, "complaints/case.html", {"page": page, "form": OwnLiftForm(), **shown})
    if shown:
        answer["Cache-Control"] = "private, no-store"
    return answer
