"""Rounds: the list, one of them, its transcript, and the steps that people take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.forms import SignOffForm
from skyddsnat.hub.benchmark.models import Round, RoundMember, RoundParty
from skyddsnat.hub.benchmark.queries import reminders, story
from skyddsnat.hub.benchmark.queries.groups import membership_of
from skyddsnat.hub.benchmark.queries.lines import lines_of
from skyddsnat.hub.benchmark.queries.picture import metrics_of
from skyddsnat.hub.benchmark.queries.rounds import may_follow, round_for, rounds_for, shares_posted
from skyddsnat.hub.benchmark.queries.submissions import latest_of, positions_of
from skyddsnat.hub.benchmark.queries.timing import window_ends
from skyddsnat.hub.benchmark.queries.verdict import own_left_out
from skyddsnat.hub.benchmark.queries.wanted import of_party
from skyddsnat.hub.benchmark.views.answers import told
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.sight import COUNSEL, PAGES
from skyddsnat.policy.vocabulary import Role

BEFORE = (Round.State.DRAFT, Round.State.APPROVED)
ENDED = (Round.State.RELEASED, Round.State.ARCHIVED, Round.State.ABORTED)


@role_required(*PAGES)
@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The calendar: what is planned and under way, what has ended, and what waits for the reader."""
    person, now = request.user, timezone.now()
    found = list(rounds_for(person))
    page = {
        "waiting": reminders.reminders(person, now=now),
        "current": sorted((one for one in found if one.state not in ENDED), key=lambda one: one.deadline),
        "ended": [one for one in found if one.state in ENDED],
        "may_plan": person.has_role(Role.COORDINATOR),
        "group": membership_of(person.member_id),
        "now": now,
    }
    return render(request, "benchmark/index.html", page)


@role_required(*PAGES)
@require_GET
def detail(request: SignedInRequest, pk: str) -> HttpResponse:
    """One round: how far it has come and on what evidence, who has handed in, who has signed."""
    round_ = known(request, pk)
    person, now = request.user, timezone.now()
    lines = story.members_of(round_)
    page = {
        "round": round_,
        "way": story.way_of(round_),
        "members": lines,
        "was_open": round_.state not in BEFORE and bool(lines),
        "hands_over": round_.state != Round.State.OPEN,
        "handed": sum(1 for one in lines if one.at),
        "parties": story.parties_of(round_),
        "metrics": metrics_of(round_),
        "window_ends": window_ends(round_),
        "in_window": round_.state == Round.State.CLOSED and now < window_ends(round_),
        "now": now,
        "posted": shares_posted(round_) if round_.abort else 0,
        **_mine(person, round_, now),
        **_acts(person, round_, now),
    }
    return render(request, "benchmark/round.html", page)


@role_required(*PAGES)
@require_GET
def transcript(request: SignedInRequest, pk: str) -> HttpResponse:
    """Everything that was said and done, in the order of its chain; no value is in it."""
    round_ = known(request, pk)
    member = request.user.member_id
    page = {"round": round_, "entries": lines_of(round_, member), "follows": may_follow(round_, member)}
    return render(request, "benchmark/transcript.html", page)


ACTS: dict[str, tuple[Callable[[Actor, str, datetime], object], Promise]] = {
    "freeze": (
        lambda actor, pk, now: services.freeze(actor, pk, now=now),
        _("The specification is fixed. The three parties can sign it now."),
    ),
    "take_back": (
        lambda actor, pk, now: services.take_back(actor, pk, now=now),
        _("It is a draft again. What parties had signed is void."),
    ),
    "open": (
        lambda actor, pk, now: services.open_round(actor, pk, now=now),
        _("The round is open. Members can hand in."),
    ),
    "call_off": (lambda actor, pk, now: services.call_off(actor, pk, now=now), _("The round has been called off.")),
    "discard": (lambda actor, pk, now: services.discard_round(actor, pk), _("The draft has been thrown away.")),
}


@role_required(Role.COORDINATOR)
@fresh
@require_POST
def act(request: SignedInRequest, pk: str) -> HttpResponse:
    """A step that a coordinator takes."""
    round_ = known(request, pk)
    if request.POST.get("act") not in ACTS:
        raise Http404
    change, done = ACTS[request.POST["act"]]
    actor, now = Actor.of(request.user), timezone.now()
    told(request, lambda: change(actor, round_.pk, now), done=done)
    there = Round.objects.filter(pk=pk).exists()
    return redirect("benchmark:round", pk) if there else redirect("benchmark:index")


@role_required(COUNSEL)
@fresh
@require_POST
def sign_off(request: SignedInRequest, pk: str) -> HttpResponse:
    """Counsel lets an amber metric in."""
    round_ = known(request, pk)
    form = SignOffForm(request.POST)
    if form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        told(
            request,
            lambda: services.sign_off(request.user, round_.pk, metric=facts["metric"], note=facts["note"], now=now),
            done=_("Signed off. It stands in the log and in the specification."),
        )
    return redirect("benchmark:round", pk)


def known(request: SignedInRequest, pk: str) -> Round:
    """The round, if the person may know of it.  Raises Http404."""
    round_ = round_for(request.user, pk)
    if round_ is None:
        raise Http404
    return round_


def _mine(person: Person, round_: Round, now: datetime) -> dict[str, Any]:
    """What the round is to the person's own organisation."""
    member = RoundMember.objects.filter(round=round_, member_id=person.member_id).exists()
    place = RoundParty.objects.filter(round=round_, member_id=person.member_id).first()
    lead = member and person.has_role(Role.BENCHMARK_LEAD)
    return {
        "takes_part": member,
        "place": place,
        "lead": lead,
        "hands_in": lead and round_.state == Round.State.OPEN and now < round_.deadline,
        "own": latest_of(round_, person.member_id) if member else None,
        "position": lead and positions_of(round_, person.member_id) is not None,
        "left_out": own_left_out(round_, person.member_id) if member else None,
        "wanted": of_party(round_, place.index, now=now) if place is not None else [],
    }


def _acts(person: Person, round_: Round, now: datetime) -> dict[str, Any]:
    """What the person may do with the round now."""
    coordinates = person.has_role(Role.COORDINATOR)
    draft = round_.state == Round.State.DRAFT
    unsigned = reminders.unsigned(round_) if draft and not round_.is_frozen else []
    book = load_catalogue().metrics
    return {
        "may_edit": coordinates and draft and not round_.is_frozen,
        "may_freeze": coordinates and draft and not round_.is_frozen and not unsigned,
        "may_take_back": coordinates and draft and round_.is_frozen,
        "may_open": coordinates and round_.state == Round.State.APPROVED and now < round_.deadline,
        "may_call_off": coordinates and not draft and round_.state not in ENDED,
        "unsigned": [(book[key], SignOffForm(initial={"metric": key}, auto_id=f"id_{key}_%s")) for key in unsigned],
        "may_sign_off": person.has_role(COUNSEL) and round_.planned_by_id != person.pk,
    }
