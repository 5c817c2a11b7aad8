"""Members: the list, one of them, and what the coordinator changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.members import queries, services
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.forms import ChangeMemberForm, NewMemberForm
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.views.answers import carried_out, told
from skyddsnat.hub.members.views.proposing import proposed, waits_for_second_hand
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.vocabulary import Role

FACTS = [field.name for field in fields(services.MemberChanges)]


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """Every member of today, with a filter by kind."""
    rows = queries.members()
    kind = request.GET.get("kind", "")
    if kind in Member.Kind.values:
        rows = rows.filter(kind=kind)
    page = {"members": rows, "kinds": Member.Kind.choices, "kind": kind, "may_manage": _may_manage(request.user)}
    return render(request, "members/list.html", page)


@require_GET
def detail(request: SignedInRequest, pk: str) -> HttpResponse:
    """One member: how to reach it, and the circles that the reader may know of."""
    member = get_object_or_404(Member, pk=pk)
    circles = queries.visible_circles(request.user).filter(pk__in=queries.circles_of(pk))
    page = {
        "member": member,
        "circles": circles,
        "domains": member.domains.all(),
        "sees_people": queries.may_see_people(request.user, member),
        "may_manage": _may_manage(request.user),
        "is_own": request.user.member_id == pk,
    }
    return render(request, "members/detail.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Take a member in."""
    form = NewMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, facts = Actor.of(request.user), form.cleaned_data
        founding = {name: facts[name] for name in ("id", "name", "kind", "mandate", "control_group")}
        if waits_for_second_hand(request):
            desk = {name: facts[name] for name in ("contact_email", "on_call_phone")}
            if answer := proposed(request, Matter.ADMIT, form=form, **founding, **desk):
                return answer
        elif member := carried_out(form, lambda: services.create_member(actor, **founding)):
            contacts = {name: facts[name] for name in ("contact_email", "on_call_phone", "on_call_tested")}
            services.change_member(actor, member, services.MemberChanges(**contacts))
            messages.success(request, _("%(name)s is now a member. Add its people next.") % {"name": member.name})
            return redirect("members:detail", member.pk)
    return render(request, "members/member_form.html", {"form": form, "two_hands": waits_for_second_hand(request)})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Change a member's facts and its own domain names."""
    member = get_object_or_404(Member, pk=pk)
    initial = {name: getattr(member, name) for name in FACTS}
    initial["domains"] = "\n".join(member.domains.values_list("name", flat=True))
    circles = queries.visible_circles(request.user).filter(pk__in=queries.circles_of(pk))
    form = ChangeMemberForm(request.POST or None, initial=initial, circles=circles)
    posted = request.method == "POST" and form.is_valid()
    standing = _standing(member, form) if posted and waits_for_second_hand(request) else {}
    if (
        posted
        and carried_out(form, lambda: _change(Actor.of(request.user), member, form, without=standing)) is not None
    ):
        messages.success(request, _("The changes have been saved."))
        if standing:
            return proposed(request, Matter.STANDING, member=member, **standing) or redirect("members:detail", pk)
        return redirect("members:detail", pk)
    page = {"form": form, "member": member, "two_hands": waits_for_second_hand(request)}
    return render(request, "members/member_form.html", page)


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def leave(request: SignedInRequest, pk: str) -> HttpResponse:
    """Say what ends when the member leaves the coalition, then let it leave."""
    member = get_object_or_404(queries.members(), pk=pk)
    if request.method == "POST" and waits_for_second_hand(request):
        return proposed(request, Matter.LEAVE, member=member) or redirect("members:detail", pk)
    if request.method == "POST":
        done = _("%(name)s has left the coalition.") % {"name": member.name}
        told(request, lambda: services.leave_coalition(Actor.of(request.user), member), done=done)
        return redirect("members:list")
    people = member.people.filter(is_active=True).count()
    page = {"member": member, "people": people, "two_hands": waits_for_second_hand(request)}
    return render(request, "members/member_leave.html", page)


def _standing(member: Member, form: ChangeMemberForm) -> dict[str, Any]:
    """What would change of the member's standing, and names that nobody could list; proposed, while the rest is saved."""
    wanted = {name: form.cleaned_data[name] for name in services.STANDING}
    wanted["control_group"] = wanted["control_group"] or member.pk
    changed = {name: value for name, value in sorted(wanted.items()) if value != getattr(member, name)}
    more = set(form.cleaned_data["domains"]) - set(member.domains.values_list("name", flat=True))
    return changed | ({"domains": sorted(more)} if more else {})


def _change(actor: Actor, member: Member, form: ChangeMemberForm, *, without: Mapping[str, Any]) -> Member:
    domains = [name for name in form.cleaned_data["domains"] if name not in without.get("domains", ())]
    facts = {name: form.cleaned_data[name] for name in FACTS if name not in without}
    if "control_group" in facts:
        facts["control_group"] = facts["control_group"] or member.pk
    return services.change_member(actor, member, services.MemberChanges(**facts), domains=domains)


def _may_manage(person: Person) -> bool:
    return person.has_role(Role.COORDINATOR)
