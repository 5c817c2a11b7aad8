"""Taking a list out, and finding out who leaked one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.accounts.queries import receives_feeds
from skyddsnat.hub.lists import services
from skyddsnat.hub.lists.forms import ExportForm, LeakForm
from skyddsnat.hub.lists.services.leaks import alarms_with_leaks
from skyddsnat.hub.lists.words import refusal
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals.models import CanaryMet
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.transfers import EXPORTING_ROLES, check_export
from skyddsnat.policy.vocabulary import Role


@role_required(*EXPORTING_ROLES)
@fresh
@require_http_methods(["GET", "POST"])
def take(request: SignedInRequest) -> HttpResponse:
    """Choose what leaves and say why; then the file.  The entry in the log is written before."""
    person, now = request.user, timezone.now()
    why_not_plain = _why_not_plain(request)
    form = ExportForm(request.POST or None, person=person, plain=not why_not_plain)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        kind, _colon, file_form = facts.pop("kind").partition(":")
        try:
            wish = services.Wish(form=file_form, plain=kind == "plain", **facts)
            taken = services.take_out(Actor.of(person), wish, now=now)
        except PolicyRefusal as refused:
            form.add_error("note" if refused.code not in _ABOUT_CHOICES else None, str(refusal(refused.code)))
        else:
            return _file(taken)
    page = {
        "form": form,
        "left": services.exports_left(person, now=now),
        "why_not_plain": refusal(why_not_plain) if why_not_plain else "",
    }
    return render(request, "lists/export.html", page)


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
def leaks(request: SignedInRequest) -> HttpResponse:
    """Alarms, and: who leaked this list?"""
    form = LeakForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = services.trace(Actor.of(request.user), form.whole_text())
    alarms, closed = alarms_with_leaks(request.user, now=timezone.now())
    page = {"form": form, "leaks": found, "alarms": alarms, "closed": closed, "ways": CanaryMet.ClosedAs.choices}
    return render(request, "lists/leaks.html", page)


@role_required(Role.COORDINATOR)
@require_POST
def close_alarm(request: SignedInRequest, pk: int) -> HttpResponse:
    """A coordinator has dealt with it."""
    try:
        services.close_alarm(Actor.of(request.user), pk, reason=request.POST.get("reason", ""), now=timezone.now())
    except CanaryMet.DoesNotExist as missing:
        raise Http404 from missing
    except PolicyRefusal as refused:
        messages.error(request, str(refusal(refused.code)))
    else:
        messages.success(request, _("The alarm is closed; all auditors read in the log who closed it, and how."))
    return redirect("lists:leaks")


def _file(taken: services.Taken) -> HttpResponse:
    answer = HttpResponse(taken.body, content_type=taken.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _why_not_plain(request: SignedInRequest) -> str:
    try:
        check_export(reader_of(request.user), plain=True, receives=receives_feeds(request.user.member))
    except PolicyRefusal as refused:
        return refused.code
    return ""


_ABOUT_CHOICES = frozenset(
    {"nothing_to_export", "too_much", "export_quota", "not_in_circle", "masked_is_csv", "no_role"}
)
