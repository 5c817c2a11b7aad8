"""Paste many values and see which are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.reading import read_lines
from skyddsnat.hub.signals.services import Known, Question, SignalDraft
from skyddsnat.hub.signals.services.reveal import lookups_left
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import SignalType

_NO_TEXT = SignalDraft(SignalType.DOMAIN, "")


class CheckForm(forms.Form):
    """Values to ask about.  Sent by POST, so that none stands in an address."""

    lines = forms.CharField(
        label=_("Values"),
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("One on each line: domains, URLs, hashes or terms. Nothing is reported or kept."),
    )
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("as each line shows")), *Signal.Type.choices]
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it.  why: in words, where it was not asked."""

    known: Known
    type: str | Promise
    signals: tuple[Signal, ...]
    why: str | Promise = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest) -> HttpResponse:
    """The form and, after a POST, what is known of each line.  Answers only of what the person could find in the list."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            page |= _answered(request, form)
        except PolicyRefusal as refused:
            form.add_error("lines", str(stop(refused.code)))
    page["left"] = lookups_left(request.user, now=timezone.now())
    return render(request, "signals/check.html", page)


def _answered(request: SignedInRequest, form: CheckForm) -> dict[str, Any]:
    chosen = form.cleaned_data["type"]
    rows = read_lines(form.cleaned_data["lines"], like=_NO_TEXT, type=SignalType(chosen) if chosen else None)
    questions = [Question(row.number, row.draft, row.code) for row in rows]
    answers = services.look_up_many(Actor.of(request.user), questions, now=timezone.now())
    wanted = [pk for answer in answers for pk in answer.signals]
    seen = Signal.objects.visible_to(request.user).filter(pk__in=wanted).select_related("circle").in_bulk()
    lines = [_line(answer, seen) for answer in answers]
    known = sum(1 for line in lines if line.signals)
    return {"lines": lines, "known": known, "unknown": sum(1 for line in lines if not line.signals and not line.why)}


def _line(answer: Known, seen: dict[Any, Signal]) -> Line:
    label = Signal.Type(answer.type).label if answer.type else ""
    signals = tuple(seen[pk] for pk in answer.signals if pk in seen)
    return Line(answer, label, signals, stop(answer.code) if answer.code else "")
