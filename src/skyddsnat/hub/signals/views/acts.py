"""What is done to a published signal: feedback, decisions on it, withdrawal, renewal."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.paging import LongPaginator
from skyddsnat.hub.signals import queries, services
from skyddsnat.hub.signals.models import Feedback, Signal
from skyddsnat.hub.signals.queries.acts import acts_on
from skyddsnat.hub.signals.views.answers import signal_for, stay, told
from skyddsnat.policy.feedback import DISPUTING
from skyddsnat.policy.vocabulary import Basis, Role, State

PAGE = 50


@require_POST
def feedback(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what the member thinks of a published signal."""
    reason = request.POST.get("reason", "")
    done = _("Thank you. A reviewer looks at it, and you see here what comes of it.")
    told(
        request,
        lambda: services.give_feedback(Actor.of(request.user), pk, reason=reason, now=timezone.now()),
        done=done,
    )
    return stay(request, "signals:detail", pk)


@require_POST
def dispute(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Object to a published signal."""
    reason = request.POST.get("reason", "")
    told(
        request,
        lambda: services.dispute(Actor.of(request.user), pk, reason=reason, now=timezone.now()),
        done=_("Disputed. What is in force stays until a reviewer has decided."),
    )
    return stay(request, "signals:detail", pk)


@role_required(Role.REVIEWER)
@require_POST
def uphold(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Decide a dispute for the signal."""
    told(
        request,
        lambda: services.uphold(Actor.of(request.user), pk, now=timezone.now()),
        done=_("Upheld. The signal stands as before."),
    )
    return stay(request, "signals:detail", pk)


@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back the own report, or the own verdict."""
    reason = request.POST.get("reason", "")
    published = signal_for(request.user, pk).published_at is not None
    told(
        request,
        lambda: services.withdraw(Actor.of(request.user), pk, reason=reason, now=timezone.now()),
        done=lambda: _withdrawn(pk) if published else _("Your organisation's report is taken back."),
    )
    return stay(request, "signals:detail", pk)


def _withdrawn(pk: UUID) -> str:
    """What came of a verdict's withdrawal: the end, or another verdict that still stands."""
    left = Signal.objects.get(pk=pk)
    if left.state != State.VERIFIED.value:
        return _("Withdrawn. Agents lift it within seconds.")
    return _("Your verdict is withdrawn. Another one stands, and the ceiling is now: %(ceiling)s.") % {
        "ceiling": left.get_ceiling_display()
    }


@role_required(Role.REVIEWER)
@require_POST
def renew(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say that a verified signal still holds."""
    signal = signal_for(request.user, pk)
    bases = acts_on(request.user, signal).bases
    basis = bases[0] if bases else Basis.OWN_OBSERVATION
    told(
        request,
        lambda: services.renew(Actor.of(request.user), pk, basis=basis, now=timezone.now()),
        done=_("Renewed. Its time starts anew."),
    )
    return stay(request, "signals:detail", pk)


@require_safe
def feedback_list(request: SignedInRequest) -> HttpResponse:
    """Feedback that waits for a decision, and what was decided."""
    person = request.user
    page = {
        "open": queries.open_feedback(person)[:PAGE],
        "may_decide": person.has_role(Role.REVIEWER) and bool(person.member.mandate),
        "page_obj": LongPaginator(queries.decided_feedback(person), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "signals/feedback_list.html", page)


@role_required(Role.REVIEWER)
@fresh
@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say whether a member's feedback is right.  A confirmed false positive is suspended everywhere at once."""
    given = Feedback.objects.filter(queries.on_visible(request.user), pk=pk).first()
    if given is None:
        raise Http404
    actor, now = Actor.of(request.user), timezone.now()
    if request.POST.get("right") == "yes":
        done = _("Confirmed. It is suspended everywhere at once.") if given.reason in DISPUTING else _("Confirmed.")
        told(request, lambda: services.confirm_feedback(actor, given, now=now), done=done)
    else:
        told(request, lambda: services.dismiss_feedback(actor, given, now=now), done=_("Dismissed. The signal stands."))
    return redirect("signals:detail", given.signal_id)
