"""From a form to a proposal, where an act needs a second hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from skyddsnat.hub.members import services
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.refusals import words_for
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.second_hand import Matter


def proposed(
    request: SignedInRequest, matter: Matter, *, form: forms.Form | None = None, **about: Any
) -> HttpResponse | None:
    """Propose it, say so, and go to the page of decisions.  A refusal stands on the form (None), or on the next page."""
    try:
        services.propose(Actor.of(request.user), matter, now=timezone.now(), **about)
    except PolicyRefusal as refusal:
        if form is not None:
            form.add_error(None, str(words_for(refusal)))
            return None
        messages.error(request, str(words_for(refusal)))
    else:
        messages.success(request, _("Proposed. It is done as soon as someone at another organisation confirms it."))
    return redirect("members:decisions")


def waits_for_second_hand(request: SignedInRequest) -> bool:
    """Whether what this person does to the coalition itself needs a second hand."""
    return services.needs_second_hand(Actor.of(request.user))
