"""One way for all pages of this noun to find a signal, to carry out a change and to say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.functional import Promise

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.errors import PolicyRefusal


def signal_for(person: Person, pk: UUID) -> Signal:
    """The signal, if the person may know of it.  Raises Http404 for unknown and forbidden alike."""
    found: Signal | None = (
        Signal.objects.visible_to(person).select_related("circle", "claimed_by").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


def told(request: HttpRequest, change: Callable[[], object], *, done: str | Promise) -> bool:
    """Carry out a change and say so, or why not, on the next page.  Raises Http404 where there is nothing to change."""
    try:
        change()
    except PolicyRefusal as refused:
        messages.error(request, str(stop(refused.code)))
        return False
    except Signal.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, str(done))
    return True
