"""Planning a round and its peer group."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.forms import (
    ChoiceForm,
    GroupForm,
    NewGroupForm,
    NewRoundForm,
    RoundForm,
    initial_of,
    suggested,
)
from skyddsnat.hub.benchmark.models import PeerGroup, Round
from skyddsnat.hub.benchmark.queries.groups import memberships, visible_groups
from skyddsnat.hub.benchmark.queries.picture import all_metrics
from skyddsnat.hub.benchmark.views.answers import carried_out, told
from skyddsnat.hub.benchmark.views.rounds import known
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.planning import day_of, oldest_allowed
from skyddsnat.policy.benchmark.sight import AT_A_MEMBER
from skyddsnat.policy.vocabulary import Role


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """A new draft."""
    form = NewRoundForm(request.POST or None, initial=suggested())
    if request.method == "POST" and form.is_valid():
        draft, pk, now = form.draft(), form.cleaned_data["id"], timezone.now()
        if carried_out(form, lambda: services.plan_round(Actor.of(request.user), pk, draft, now=now)):
            messages.success(
                request, _("The round is planned. Look it through, and fix its specification when it is right.")
            )
            return redirect("benchmark:round", pk)
    return _planner(request, form)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Change a draft."""
    round_ = known(request, pk)
    form = RoundForm(request.POST or None, initial=initial_of(round_))
    if request.method == "POST" and form.is_valid():
        draft, now = form.draft(), timezone.now()
        if carried_out(form, lambda: services.change_round(Actor.of(request.user), pk, draft, now=now)):
            messages.success(request, _("The changes have been saved."))
            return redirect("benchmark:round", pk)
    return _planner(request, form, round_)


def _planner(request: SignedInRequest, form: RoundForm, round_: Round | None = None) -> HttpResponse:
    chosen = form["metrics"].value() or []
    rules = load_catalogue().metric_words.release
    page = {
        "form": form,
        "round": round_,
        "dates": [form[name] for name in ("first_day", "last_day", "deadline", "objection_seconds")],
        "parties": [form[f"party_{index}"] for index in range(3)],
        "groups": all_metrics(chosen),
        "latest": oldest_allowed(day_of(timezone.now()), rules.data_age_months_min),
    }
    return render(request, "benchmark/plan.html", page)


@role_required(Role.COORDINATOR, *AT_A_MEMBER)
@require_http_methods(["GET"])
def groups(request: SignedInRequest) -> HttpResponse:
    """Who is compared with whom."""
    found = [(group, memberships(group)) for group in visible_groups(request.user)]
    page = {
        "groups": found,
        "may_plan": request.user.has_role(Role.COORDINATOR),
        "is_lead": request.user.has_role(Role.BENCHMARK_LEAD),
    }
    return render(request, "benchmark/groups.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def group_new(request: SignedInRequest) -> HttpResponse:
    """A new peer group."""
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        if carried_out(form, lambda: services.create_group(Actor.of(request.user), **facts, now=now)):
            messages.success(request, _("The group is there."))
            return redirect("benchmark:groups")
    return render(request, "benchmark/group_form.html", {"form": form})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def group_edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Another name or other members, while the group is not fixed."""
    group = get_object_or_404(PeerGroup, pk=pk)
    initial = {"name": group.name, "members": [one.member_id for one in memberships(group)]}
    form = GroupForm(request.POST or None, group=group, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        if carried_out(form, lambda: services.change_group(Actor.of(request.user), group, **facts, now=now)):
            messages.success(request, _("The changes have been saved."))
            return redirect("benchmark:groups")
    return render(request, "benchmark/group_form.html", {"form": form, "group": group})


@role_required(Role.BENCHMARK_LEAD)
@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, pk: str) -> HttpResponse:
    """What the lead's own member wants to learn."""
    group = visible_groups(request.user).filter(pk=pk).first()
    membership = group.memberships.filter(member_id=request.user.member_id, left_at=None).first() if group else None
    if membership is None:
        raise Http404
    form = ChoiceForm(request.POST or None, initial={"rank": membership.rank, "four": membership.four})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        done = _("Saved. It counts for rounds whose specification is not fixed yet.")
        if told(request, lambda: services.choose(request.user, membership, **facts), done=done):
            return redirect("benchmark:groups")
    return render(request, "benchmark/choose.html", {"form": form, "group": group})
