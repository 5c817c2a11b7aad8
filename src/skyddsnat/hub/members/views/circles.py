"""Circles: which there are, who is in them, and what it opens when a member joins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.forms import CircleForm, JoinForm
from skyddsnat.hub.members.models import Circle, Member
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.views.answers import carried_out, told
from skyddsnat.hub.members.views.proposing import proposed, waits_for_second_hand
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.vocabulary import Role


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """The circles that the person may know of."""
    rows = [
        {"circle": circle, "members": queries.members_in(circle)} for circle in queries.visible_circles(request.user)
    ]
    page = {"rows": rows, "may_manage": request.user.has_role(Role.COORDINATOR)}
    return render(request, "members/circles.html", page)


@require_GET
def detail(request: SignedInRequest, pk: str) -> HttpResponse:
    """One circle: purpose, owner, who is in since when, who was, and who judges what is submitted here."""
    circle = _visible(request, pk)
    stays = circle.memberships.select_related("member")
    page = {
        "circle": circle,
        "present": [] if circle.closed_at else [stay for stay in stays if stay.left_at is None],
        "past": [stay for stay in stays if stay.left_at is not None],
        "reviewers": queries.reviewers_in(circle),
        "may_manage": request.user.has_role(Role.COORDINATOR) and circle.closed_at is None,
    }
    return render(request, "members/circle.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A new circle, empty at first: members join one by one, each after a look at what it opens."""
    form = CircleForm(request.POST or None, initial={"owner": request.user.member_id})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if circle := carried_out(form, lambda: services.create_circle(Actor.of(request.user), **facts)):
            messages.success(request, _("The circle is there. Add its members next."))
            return redirect("members:circle", circle.pk)
    return render(request, "members/circle_form.html", {"form": form})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Change a circle's name, purpose or owner."""
    circle = _visible(request, pk)
    initial = {"name": circle.name, "purpose": circle.purpose, "owner": circle.owner_id}
    form = CircleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(form, lambda: services.change_circle(Actor.of(request.user), circle, **facts)):
            messages.success(request, _("The changes have been saved."))
            return redirect("members:circle", circle.pk)
    return render(request, "members/circle_form.html", {"form": form, "circle": circle})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def join(request: SignedInRequest, pk: str) -> HttpResponse:
    """Choose a member; see what it would open to that member; confirm."""
    circle = _visible(request, pk)
    form = JoinForm(request.POST or None, circle=circle)
    if request.method != "POST" or not form.is_valid():
        return render(request, "members/circle_join.html", {"circle": circle, "form": form})
    member: Member = form.cleaned_data["member"]
    if "confirmed" not in request.POST:
        page = {
            "circle": circle,
            "form": form,
            "member": member,
            "opens": queries.published_in(circle),
            "brings_police": member.is_police and not circle.has_police,
            "two_hands": waits_for_second_hand(request),
            "hands": queries.hands_to_join(request.user, circle, member),
        }
        return render(request, "members/circle_join.html", page)
    if waits_for_second_hand(request):
        return proposed(request, Matter.JOIN, circle=circle, member=member) or redirect("members:circle", circle.pk)
    done = _("%(name)s is in the circle.") % {"name": member.name}
    told(request, lambda: services.join_circle(Actor.of(request.user), circle, member), done=done)
    return redirect("members:circle", circle.pk)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def leave(request: SignedInRequest, pk: str, member: str) -> HttpResponse:
    """Say what the member loses, then take it out."""
    circle = _visible(request, pk)
    leaving = get_object_or_404(queries.members_in(circle), pk=member)
    if request.method == "POST":
        done = _("%(name)s is no longer in the circle.") % {"name": leaving.name}
        told(request, lambda: services.leave_circle(Actor.of(request.user), circle, leaving), done=done)
        return redirect("members:circle", circle.pk)
    page = {"circle": circle, "member": leaving, "closes": queries.published_in(circle)}
    return render(request, "members/circle_leave.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, pk: str) -> HttpResponse:
    """Say who loses what, then close the circle for good."""
    circle = _visible(request, pk)
    if request.method == "POST" and waits_for_second_hand(request):
        return proposed(request, Matter.CLOSE, circle=circle) or redirect("members:circle", circle.pk)
    if request.method == "POST":
        done = _("The circle is closed.")
        told(request, lambda: services.close_circle(Actor.of(request.user), circle), done=done)
        return redirect("members:circle", circle.pk)
    page = {
        "circle": circle,
        "members": queries.members_in(circle),
        "closes": queries.published_in(circle),
        "two_hands": waits_for_second_hand(request),
    }
    return render(request, "members/circle_close.html", page)


def _visible(request: SignedInRequest, pk: object) -> Circle:
    return get_object_or_404(queries.visible_circles(request.user), pk=pk)
