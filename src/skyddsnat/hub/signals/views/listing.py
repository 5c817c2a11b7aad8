"""The list, one signal, is this known, and uncovering a value."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.accounts.decorators import fresh
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import will_be_seen_by
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.paging import LongPaginator
from skyddsnat.hub.signals import queries, services
from skyddsnat.hub.signals.forms.acts import WITHDRAW_REASONS, LookupForm, ReasonForm, RevealForm
from skyddsnat.hub.signals.forms.intake import own_circles
from skyddsnat.hub.signals.models import Feedback, Signal
from skyddsnat.hub.signals.queries.acts import acts_on
from skyddsnat.hub.signals.queries.blocks import is_complained_about
from skyddsnat.hub.signals.queries.history import history, other_lives
from skyddsnat.hub.signals.services.reveal import lookups_left, reveals_left
from skyddsnat.hub.signals.views.answers import on_the_way, signal_for
from skyddsnat.hub.signals.views.places import place_page
from skyddsnat.hub.signals.words import MANDATES, stop
from skyddsnat.policy.bulk import Place
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import defang
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import HashKind, Mandate, Marking, SignalType

PAGE = 50


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """The signals that the person may see."""
    page = place_page(request, Place.LIST) | {
        "lookup": LookupForm(auto_id="id_lookup_%s"),
        "lookups_left": lookups_left(request.user, now=timezone.now()),
        "may_report": not SUBMITTING_ROLES.isdisjoint(request.user.roles) and own_circles(request.user).exists(),
    }
    return render(request, "signals/list.html", page)


@require_POST
def look_up(request: SignedInRequest) -> HttpResponse:
    """Is this known?  Answers only of what the person could find in the list anyway; each question is counted and logged."""
    form = LookupForm(request.POST)
    if not form.is_valid():
        return redirect("signals:list")
    facts = form.cleaned_data
    kind = HashKind(facts["hash_kind"]) if facts["hash_kind"] else None
    try:
        found = services.look_up(
            Actor.of(request.user), SignalType(facts["type"]), facts["value"], hash_kind=kind, now=timezone.now()
        )
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
        return redirect("signals:list")
    rows = Signal.objects.visible_to(request.user).filter(pk__in=found).select_related("circle")
    left = lookups_left(request.user, now=timezone.now())
    return render(
        request,
        "signals/known.html",
        {"rows": rows, "lookup": LookupForm(auto_id="id_lookup_%s"), "lookups_left": left},
    )


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One signal: where it stands, who sees it, what happened, and what this person can do now."""
    return _detail(request, signal_for(request.user, pk))


@fresh
@require_POST
def reveal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The value, once, on a page that nothing keeps.  The entry in the log is written before."""
    signal = signal_for(request.user, pk)
    form = RevealForm(request.POST)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            value = services.reveal(Actor.of(request.user), signal, **facts, now=timezone.now())
        except PolicyRefusal as refused:
            form.add_error("note", str(stop(refused.code)))
        except Signal.DoesNotExist as missing:
            raise Http404 from missing
        else:
            back = request.POST.get("back") == "review"
            left = reveals_left(request.user, now=timezone.now())
            page = {"signal": signal, "value": defang(value), "left": left, "to_review": back}
            return render(request, "signals/revealed.html", page)
    return _detail(request, signal, reveal_form=form)


@require_safe
def reveals(request: SignedInRequest) -> HttpResponse:
    """Who at the own member has uncovered what, and why; or which other members have uncovered what it reported."""
    theirs = request.GET.get("by") == "others"
    rows = queries.reveals_by_others(request.user) if theirs else queries.reveals_of_member(request.user)
    page = LongPaginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "signals/reveals.html", {"page_obj": page, "theirs": theirs})


def _detail(request: SignedInRequest, signal: Signal, *, reveal_form: RevealForm | None = None) -> HttpResponse:
    person, acts = request.user, acts_on(request.user, signal)
    language = get_language() or "sv"
    techniques = load_catalogue().techniques
    feedback = list(Feedback.objects.filter(signal=signal, episode=signal.episode).select_related("member"))
    page = {
        "signal": signal,
        "reported": "reported" in request.GET,
        "acts": acts,
        "origins": [MANDATES[Mandate(word)] for word in signal.origins],
        "audience": will_be_seen_by(signal.circle, Marking(signal.marking), signal.named.all()),
        "history": history(signal, person),
        "lives": other_lives(signal, person),
        "techniques": [(pk, techniques[pk].name.get(language)) for pk in signal.techniques if pk in techniques],
        "feedback": feedback,
        "objections": any(given.outcome == Feedback.Outcome.OPEN for given in feedback),
        "complained": acts.decide and is_complained_about(signal),
        "feedback_form": ReasonForm(reasons=acts.feedback, auto_id="id_feedback_%s"),
        "withdraw_form": ReasonForm(reasons=WITHDRAW_REASONS, auto_id="id_withdraw_%s"),
        "reveal_form": reveal_form or RevealForm(auto_id="id_reveal_%s"),
        "left": reveals_left(person, now=timezone.now()),
        "stop": stop(acts.why_not_review) if acts.why_not_review else "",
    }
    return render(request, "signals/detail.html", page | on_the_way(request, signal.pk))
