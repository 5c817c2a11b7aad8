"""Pages of practices: a list, one, and the form that shows who will read it before anything is shared."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.bulletins import queries, services
from skyddsnat.hub.bulletins.forms import PracticeForm, written
from skyddsnat.hub.bulletins.models import Practice
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.queries import will_be_seen_by
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.views.answers import carried_out
from skyddsnat.hub.paging import LongPaginator
from skyddsnat.policy.access import ItemKind
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.practices import SHARES

PER_PAGE = 50
REFUSALS: dict[str, Promise] = {
    "no_part": gettext_lazy("Your roles do not share practices."),
    "not_in_circle": gettext_lazy("Your organisation is not in that circle."),
    "bad_marking": gettext_lazy("A practice is shared as GREEN, AMBER or AMBER+STRICT."),
    "no_measure": gettext_lazy("The catalogue has no such measure."),
    "no_level": gettext_lazy("The measure has no such level."),
    "too_many": gettext_lazy("Your organisation shares as many practices as it may. Withdraw or change one of them."),
    "no_text": gettext_lazy("Write a title and how you do it."),
    "imagery": gettext_lazy("The text could hide a picture, film or sound. Write it in plain words."),
    "personal_data": gettext_lazy("The text holds personal data, such as a telephone number. Leave it out."),
}


@require_safe
def practices(request: SignedInRequest) -> HttpResponse:
    """What members have shared, as far as the person may read it; of one measure if the address names it."""
    measure = load_catalogue().measures.get(request.GET.get("measure", ""))
    rows = queries.practices(request.user, measure=measure.id if measure else "", now=timezone.now())
    page = LongPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "bulletins/practices.html", {"page_obj": page, "measure": measure, "shares": _shares(request)}
    )


@require_safe
def practice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One practice, with who reads it."""
    now = timezone.now()
    found = _found(queries.practice_for(request.user, pk, now=now))
    page = {
        "practice": found,
        "measure": load_catalogue().measures.get(found.measure),
        "audience": will_be_seen_by(found.circle, found.marking, kind=ItemKind.BULLETIN),
        "has_ended": found.ends_at <= now,
        "own": queries.own_practice(request.user, pk) is not None,
    }
    return render(request, "bulletins/practice.html", page)


@role_required(*SHARES)
@require_http_methods(["GET", "POST"])
def practice_new(request: SignedInRequest) -> HttpResponse:
    """Share a practice: write, look at who will see it, share."""
    form = PracticeForm(
        request.POST or None, person=request.user, initial={"measure": request.GET.get("measure", ""), "level": 2}
    )
    return _written(request, form, None)


@role_required(*SHARES)
@require_http_methods(["GET", "POST"])
def practice_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change an own practice, and so renew it."""
    found = _found(queries.own_practice(request.user, pk))
    return _written(request, PracticeForm(request.POST or None, person=request.user, initial=written(found)), found)


@role_required(*SHARES)
@require_http_methods(["GET", "POST"])
def practice_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what goes, then take an own practice back."""
    if request.method != "POST":
        found = _found(queries.own_practice(request.user, pk))
        return render(request, "bulletins/practice_withdraw.html", {"practice": found})
    try:
        services.withdraw(request.user, pk, now=timezone.now())
    except Practice.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The practice is withdrawn, and its text is erased."))
    return redirect("bulletins:practices")


def _written(request: SignedInRequest, form: PracticeForm, found: Practice | None) -> HttpResponse:
    """The form; then the page that shows who will see it; and only from there is it shared."""
    page: dict[str, Any] = {
        "form": form,
        "practice": found,
        "circles": queries.circles_to_share_in(request.user).exists(),
    }
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        draft, now = form.draft(), timezone.now()
        if "share" in request.POST:
            kept = carried_out(form, lambda: _kept(request, draft, found, now=now), words=_words)
            if kept is not None:
                messages.success(request, _("Shared."))
                return redirect("bulletins:practice", kept.pk)
        elif carried_out(form, lambda: services.check(request.user, draft), words=_words):
            page |= {
                "draft": draft,
                "measure": load_catalogue().measures[draft.measure],
                "audience": will_be_seen_by(draft.circle, draft.marking, kind=ItemKind.BULLETIN),
            }
            return render(request, "bulletins/preview.html", page)
    return render(request, "bulletins/practice_form.html", page)


def _kept(
    request: SignedInRequest, draft: services.PracticeDraft, found: Practice | None, *, now: datetime
) -> Practice:
    if found is None:
        return services.share(request.user, draft, now=now)
    try:
        return services.change(request.user, found.pk, draft, now=now)
    except Practice.DoesNotExist:
        raise Http404 from None


def _found(practice: Practice | None) -> Practice:
    if practice is None:
        raise Http404
    return practice


def _shares(request: SignedInRequest) -> bool:
    return any(request.user.has_role(role) for role in SHARES)


def _words(refused: PolicyRefusal) -> Promise:
    return REFUSALS[refused.code]
