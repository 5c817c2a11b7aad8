"""The reviewers' pages: what waits, one signal before its judge, and the judgement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.accounts.decorators import role_required
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.queries import will_be_seen_by
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals import queries, services
from skyddsnat.hub.signals.forms.acts import ApproveForm, ReasonForm, RevealForm
from skyddsnat.hub.signals.models import Reveal, Signal, Submission
from skyddsnat.hub.signals.queries.acts import acts_on
from skyddsnat.hub.signals.queries.history import history
from skyddsnat.hub.signals.queries.queue import next_in_queue
from skyddsnat.hub.signals.services import marks
from skyddsnat.hub.signals.services.reveal import reveals_left
from skyddsnat.hub.signals.services.review import claim_holds
from skyddsnat.hub.signals.views.answers import on_the_way, signal_for, stay, told, trail_of
from skyddsnat.hub.signals.views.places import place_page
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.bulk import Place
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.signal_states import Standing
from skyddsnat.policy.vocabulary import Basis, Ceiling, Marking, Role, Scope, State

OBJECTIONS = 10
"""Shown above the queue; the next come up as they are decided."""


@role_required(Role.REVIEWER)
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this reviewer."""
    page = place_page(request, Place.QUEUE)
    shown, as_it_is = page["page_obj"], not page["narrowed"] and page["page_obj"].number == 1
    disputes = queries.disputes(request.user)[: OBJECTIONS + 1]
    page |= {
        "disputes": disputes[:OBJECTIONS],
        "more_disputes": len(disputes) > OBJECTIONS,
        "first": _first_free(shown) if as_it_is else next_in_queue(request.user, now=timezone.now()),
    }
    return render(request, "signals/queue.html", page)


def _first_free(shown: Page[Signal]) -> UUID | None:
    """What a reviewer starts with: the queue has what others have taken up behind all that is free."""
    first = next(iter(shown), None)
    return first.pk if first is not None and not first.taken else None  # type: ignore[attr-defined]


@role_required(Role.REVIEWER)
@require_safe
def review(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One signal before its reviewer: facts, checklist, decision."""
    return _review(request, signal_for(request.user, pk))


@role_required(Role.REVIEWER)
@require_POST
def claim(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take it up."""
    told(
        request,
        lambda: services.claim(Actor.of(request.user), pk, now=timezone.now()),
        done=_("You have taken it up for thirty minutes."),
    )
    return stay(request, "signals:review", pk)


@role_required(Role.REVIEWER)
@require_POST
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put it back."""
    told(
        request,
        lambda: services.release(Actor.of(request.user), pk, now=timezone.now()),
        done=_("It is back in the queue."),
    )
    return redirect("signals:queue")


@role_required(Role.REVIEWER)
@require_POST
def approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say yes."""
    signal = signal_for(request.user, pk)
    acts = acts_on(request.user, signal)
    form = ApproveForm(request.POST, acts=acts)
    if not form.is_valid():
        return _review(request, signal, form=form)
    facts = form.cleaned_data
    try:
        found = services.approve(
            Actor.of(request.user),
            signal,
            basis=Basis(facts["basis"]) if facts.get("basis") else None,
            checklist=facts["checklist"],
            seal=facts["seal"],
            now=timezone.now(),
        )
    except PolicyRefusal as refused:
        form.add_error("checklist", str(stop(refused.code)))
        return _review(request, signal, form=form)
    except Signal.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _said(found))
    return _onwards(request, pk)


@role_required(Role.REVIEWER)
@require_POST
def reject(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say no, with a fixed reason."""
    reason = request.POST.get("reason", "")
    done = _("Rejected. Whoever reported it sees the reason.")
    if told(request, lambda: services.reject(Actor.of(request.user), pk, reason=reason, now=timezone.now()), done=done):
        return _onwards(request, pk)
    return stay(request, "signals:review", pk)


@role_required(Role.REVIEWER)
@require_POST
def rescope(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Narrow or widen what a domain covers, before a verdict."""
    wanted = Scope.SUBDOMAINS if request.POST.get("scope") == Scope.SUBDOMAINS.value else Scope.EXACT
    told(
        request,
        lambda: services.rescope(Actor.of(request.user), pk, scope=wanted, now=timezone.now()),
        done=_("The scope is changed. Approvals from before no longer count."),
    )
    return stay(request, "signals:review", pk)


def _review(request: SignedInRequest, signal: Signal, *, form: ApproveForm | None = None) -> HttpResponse:
    person, now = request.user, timezone.now()
    acts = acts_on(person, signal)
    held = claim_holds(signal, now=now)
    reports = Submission.objects.filter(signal=signal, episode=signal.episode, retracted_at=None)
    page = {
        "signal": signal,
        "acts": acts,
        "reports": reports.select_related("member"),
        "history": history(signal, person),
        "audience": will_be_seen_by(signal.circle, Marking(signal.marking), signal.named.all()),
        "claimed_by_me": held and signal.claimed_by_id == person.pk,
        "claimed_by_other": held and signal.claimed_by_id != person.pk,
        "approve_form": form or ApproveForm(acts=acts, initial={"seal": services.seal_of(signal)}),
        "reject_form": ReasonForm(reasons=acts.reasons, auto_id="id_reject_%s"),
        "reveal_form": RevealForm(auto_id="id_reveal_%s", initial={"reason": Reveal.Reason.REVIEW}),
        "left": reveals_left(person, now=now),
        "next": next_in_queue(person, now=now, after=signal.pk),
        "stop": stop(acts.why_not_review) if acts.why_not_review else "",
    }
    return render(request, "signals/review.html", page | on_the_way(request, signal.pk))


def _said(found: Standing) -> str:
    if found.state is not State.VERIFIED:
        return _("One approval of two. It now waits for a reviewer of another organisation.")
    if found.ceiling is Ceiling.BLOCK:
        return _("Verified. Agents get it within seconds.")
    return _("Verified. Members see it and may count, but nothing is blocked for it.")


def _onwards(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """To the next, on the way that the person came or else in the queue, so that a reviewer can go on without a detour."""
    marks.opened(request.user, pk, now=timezone.now())
    if trail := trail_of(request):
        after = trail.beside(request.user, pk, now=timezone.now()).after
        return redirect(trail.to(*after) if after else trail.link())
    following = next_in_queue(request.user, now=timezone.now(), after=pk)
    if following is None or following == pk:
        return redirect("signals:queue")
    return redirect("signals:review", following)
