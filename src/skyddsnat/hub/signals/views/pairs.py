"""What two organisations decide together: letting a protected name through, and how far a hotline's verdict reaches."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skyddsnat.hub.accounts.decorators import fresh, role_required
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.forms.acts import OverrideForm, RuleForm
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride
from skyddsnat.hub.signals.queries.overrides import override_lines, overrides_for
from skyddsnat.hub.signals.views.answers import told
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import OVERRIDE_ROLES
from skyddsnat.policy.vocabulary import Role, Scope, SignalType

DECIDES = (Role.REVIEWER, Role.COORDINATOR)


@role_required(*DECIDES, Role.ANALYST)
@fresh
@require_http_methods(["GET", "POST"])
def overrides(request: SignedInRequest) -> HttpResponse:
    """Protected names that are let through, and proposals; an analyst sees the own organisation's."""
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.propose_override(
                Actor.of(request.user),
                SignalType(facts["type"]),
                facts["value"],
                scope=Scope(facts["scope"]),
                reason=facts["reason"],
                now=timezone.now(),
            )
            return redirect("signals:overrides")
        except PolicyRefusal as refused:
            form.add_error("reason" if refused.code == "reason_needed" else "value", str(stop(refused.code)))
    page = {
        "form": form,
        "lines": override_lines(request.user),
        "may_propose": any(request.user.has_role(role) for role in OVERRIDE_ROLES),
    }
    return render(request, "signals/overrides.html", page)


@role_required(*OVERRIDE_ROLES)
@fresh
@require_POST
def override_decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The second hand, or an end."""
    actor, now = Actor.of(request.user), timezone.now()
    if not overrides_for(request.user).filter(pk=pk).exists():
        raise Http404
    try:
        if request.POST.get("act") == "confirm":
            told(
                request,
                lambda: services.confirm_override(actor, pk, now=now),
                done=_("Let through. It still needs review."),
            )
        else:
            told(
                request,
                lambda: services.end_override(actor, pk, now=now),
                done=_("Ended. The name is protected again."),
            )
    except ProtectOverride.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("signals:overrides")


@role_required(*DECIDES)
@fresh
@require_http_methods(["GET", "POST"])
def rules(request: SignedInRequest) -> HttpResponse:
    """Rules on how far a hotline's verdict reaches, and proposals."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.propose_block_rule(
                Actor.of(request.user), SignalType(facts["type"]), reason=facts["reason"], now=timezone.now()
            )
            return redirect("signals:rules")
        except PolicyRefusal as refused:
            form.add_error("reason" if refused.code == "reason_needed" else "type", str(stop(refused.code)))
    rows = BlockRule.objects.select_related("proposed_by__member", "confirmed_by__member").order_by("-proposed_at")
    return render(request, "signals/rules.html", {"form": form, "rows": rows[:200]})


@role_required(*DECIDES)
@fresh
@require_POST
def rule_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """The second hand, or an end."""
    actor, now = Actor.of(request.user), timezone.now()
    try:
        if request.POST.get("act") == "confirm":
            told(request, lambda: services.confirm_block_rule(actor, pk, now=now), done=_("The rule holds from now."))
        else:
            told(
                request, lambda: services.end_block_rule(actor, pk, now=now), done=_("Ended. Less is blocked from now.")
            )
    except BlockRule.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("signals:rules")
