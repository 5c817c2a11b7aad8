"""The organisation's own benchmark keys: registered by one, compared and confirmed by a second."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.forms import KeyForm
from skyddsnat.hub.benchmark.models import BenchmarkKey
from skyddsnat.hub.benchmark.queries.keys import keys_of, may_confirm, may_register
from skyddsnat.hub.benchmark.texts import making_a_key
from skyddsnat.hub.benchmark.views.answers import carried_out, told
from skyddsnat.hub.members.decorators import fresh, role_required
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.benchmark.sight import PAGES, check_party_kind
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import MemberKind


@role_required(*PAGES)
@fresh
@require_http_methods(["GET", "POST"])
def keys(request: SignedInRequest) -> HttpResponse:
    """Which keys count, which wait, and a form for a new one."""
    person = request.user
    allowed = {BenchmarkKey.Use.MEMBER: _hands_in(request), BenchmarkKey.Use.PARTY: _computes(request)}
    uses = [use for use, may in allowed.items() if may]
    form = KeyForm(request.POST or None, initial={"use": uses[0] if uses else None})
    form.fields["use"].choices = [(use.value, use.label) for use in uses]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"use": BenchmarkKey.Use(form.cleaned_data["use"])}
        if carried_out(form, lambda: services.register_key(person, **facts, now=timezone.now())):
            messages.success(
                request, _("Registered. Now a colleague must compare the fingerprint with you, and confirm it.")
            )
            return redirect("benchmark:keys")
    rows = [(key, may_confirm(person, key), may_register(person, party=key.use == "party")) for key in keys_of(person)]
    page = {
        "rows": [row for row in rows if row[0].ended_at is None],
        "earlier": [key for key, _second, _own in rows if key.ended_at is not None],
        "form": form if uses else None,
        "makes_key": BenchmarkKey.Use.MEMBER in uses,
        "key_facts": {"member": person.member_id},
        "key_texts": making_a_key(),
    }
    return render(request, "benchmark/keys.html", page)


@role_required(*PAGES)
@fresh
@require_POST
def key_act(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm a colleague's key, or revoke one."""
    key, act = keys_of(request.user).filter(pk=pk).first(), request.POST.get("act")
    if key is None or act not in {"confirm", "revoke"}:
        raise Http404
    now = timezone.now()
    if act == "confirm":
        done = _("Confirmed. The key counts from now on.")
        told(request, lambda: services.confirm_key(request.user, key.pk, now=now), done=done)
    else:
        done = _("Revoked. Nothing signed by it is taken any more.")
        told(request, lambda: services.revoke_key(request.user, key.pk, now=now), done=done)
    return redirect("benchmark:keys")


def _hands_in(request: SignedInRequest) -> bool:
    return may_register(request.user, party=False)


def _computes(request: SignedInRequest) -> bool:
    try:
        check_party_kind(MemberKind(request.user.member.kind))
    except PolicyRefusal:
        return False
    return may_register(request.user, party=True)
