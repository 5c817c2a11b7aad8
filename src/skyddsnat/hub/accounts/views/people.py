"""People: colleagues see who is there; the coordinator adds, appoints, invites and closes out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from skyddsnat.hub.accounts import queries, services
from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.accounts.people_forms import NewPersonForm, PersonForm, RolesForm
from skyddsnat.hub.members import queries as members
from skyddsnat.hub.members import services as member_services
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.members.views.answers import carried_out, told
from skyddsnat.hub.members.views.proposing import proposed, waits_for_second_hand
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.vocabulary import Role


@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """One's colleagues; for a coordinator everyone, with a filter by member."""
    rows = queries.people_for(request.user)
    wanted = request.GET.get("member", "")
    if wanted:
        rows = rows.filter(member_id=wanted)
    page = {
        "people": rows.order_by("member__name", "name"),
        "members": members.members(),
        "wanted": wanted,
        "may_manage": request.user.has_role(Role.COORDINATOR),
    }
    return render(request, "accounts/people.html", page)


@require_GET
def detail(request: SignedInRequest, pk: str) -> HttpResponse:
    """One person: what they do, and whether they have come in."""
    person = _visible(request, pk)
    page = {
        "person": person,
        "tokens": queries.live_tokens_made_by(person),
        "may_manage": request.user.has_role(Role.COORDINATOR) and person.pk != request.user.pk,
        "may_link": not waits_for_second_hand(request) or services.open_code(person) is not None,
    }
    return render(request, "accounts/person.html", page)


@role_required(Role.COORDINATOR)
@fresh
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Add a person; the answer shows the invitation's link, once."""
    form = NewPersonForm(request.POST or None, initial={"member": request.GET.get("member", "")})
    if request.method == "POST" and form.is_valid():
        actor, facts = Actor.of(request.user), dict(form.cleaned_data)
        member = facts.pop("member")
        if waits_for_second_hand(request):
            if answer := proposed(request, Matter.PERSON, form=form, member=member, **facts):
                return answer
        elif added := carried_out(form, lambda: services.add_person(actor, member, **facts)):
            person, path = added
            return _show_link(request, person, path)
    return render(request, "accounts/person_form.html", {"form": form, "two_hands": waits_for_second_hand(request)})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Correct a name or a language."""
    person = _visible(request, pk)
    form = PersonForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(form, lambda: member_services.change_person(Actor.of(request.user), person, **facts)):
            messages.success(request, _("The changes have been saved."))
            return redirect("members:person", person.pk)
    return render(request, "accounts/person_form.html", {"form": form, "person": person})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def roles(request: SignedInRequest, pk: str) -> HttpResponse:
    """Appoint: others are told by letter."""
    person = _visible(request, pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["roles"]
        added = [role for role in wanted if role not in person.roles]
        if added and waits_for_second_hand(request):
            if answer := _more_roles(request, person, form, added=added):
                return answer
        elif carried_out(form, lambda: services.change_roles(Actor.of(request.user), person, wanted)):
            messages.success(request, _("The roles have been changed."))
            return redirect("members:person", person.pk)
    page = {"form": form, "person": person, "two_hands": waits_for_second_hand(request)}
    return render(request, "accounts/person_roles.html", page)


@role_required(Role.COORDINATOR)
@fresh
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, pk: str) -> HttpResponse:
    """A new link, for someone who has not come in or has lost the way in."""
    person = _visible(request, pk)
    may_link = not waits_for_second_hand(request) or services.open_code(person) is not None
    if request.method == "POST" and not may_link:
        return proposed(request, Matter.LINK, person=person) or redirect("members:person", person.pk)
    if request.method == "POST":
        paths: list[str] = []
        done = _("The link is ready.")
        if told(request, lambda: paths.append(services.invite(Actor.of(request.user), person)), done=done):
            return _show_link(request, person, paths[0])
        return redirect("members:person", person.pk)
    return render(request, "accounts/person_invite.html", {"person": person, "may_link": may_link})


@role_required(Role.COORDINATOR)
@fresh
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, pk: str) -> HttpResponse:
    """Say what ends with the person's access, then end it."""
    person = _visible(request, pk)
    if request.method == "POST":
        done = _("%(name)s is let in no more.") % {"name": person.name}
        told(request, lambda: services.close_access(Actor.of(request.user), person), done=done)
        return redirect("members:person", person.pk)
    page = {"person": person, "tokens": queries.live_tokens_made_by(person)}
    return render(request, "accounts/person_close.html", page)


@role_required(Role.COORDINATOR)
@fresh
@never_cache
@require_http_methods(["GET", "POST"])
def reopen(request: SignedInRequest, pk: str) -> HttpResponse:
    """Let someone in again, by a new link."""
    person = _visible(request, pk)
    two_hands = waits_for_second_hand(request)
    if request.method == "POST" and two_hands:
        return proposed(request, Matter.LINK, person=person) or redirect("members:person", person.pk)
    if request.method == "POST":
        paths: list[str] = []
        done = _("The link is ready.")
        if told(request, lambda: paths.append(services.reopen_access(Actor.of(request.user), person)), done=done):
            return _show_link(request, person, paths[0])
        return redirect("members:person", person.pk)
    return render(request, "accounts/person_reopen.html", {"person": person, "two_hands": two_hands})


def _more_roles(request: SignedInRequest, person: Person, form: RolesForm, *, added: list[str]) -> HttpResponse | None:
    """What is taken away goes at once, what is added waits."""
    kept = [role for role in person.roles if role in form.cleaned_data["roles"]]
    if kept and len(kept) < len(person.roles):
        if not carried_out(form, lambda: services.change_roles(Actor.of(request.user), person, kept)):
            return None
        person.refresh_from_db()
    return proposed(request, Matter.ROLES, form=form, person=person, roles=added)


def _visible(request: SignedInRequest, pk: object) -> Person:
    return get_object_or_404(queries.people_for(request.user), pk=pk)


def _show_link(request: SignedInRequest, person: Person, path: str) -> HttpResponse:
    link = request.build_absolute_uri(path)
    page = {"person": person, "link": link, "with_code": services.open_code(person) is not None}
    return render(request, "accounts/invitation_shown.html", page)
