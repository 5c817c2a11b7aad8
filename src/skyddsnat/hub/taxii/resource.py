"""What every TAXII resource does before it answers: who asks, with which method, taking which form; and never an HTML page."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from skyddsnat.hub.accounts import pace
from skyddsnat.hub.accounts.tokens import MachineReader, authenticate
from skyddsnat.hub.collision import is_collision
from skyddsnat.hub.outage import is_outage
from skyddsnat.hub.taxii import answers
from skyddsnat.hub.taxii.refusals import (
    AT_THE_SAME_MOMENT,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    NOT_SIGNED_IN,
    TOO_OFTEN,
    UNAVAILABLE,
    Refused,
    bad_request,
    fault,
    not_allowed,
)
from skyddsnat.policy.vocabulary import TokenScope
from skyddsnat.protocols.taxii import accepts_taxii

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def resource(**methods: View) -> View:
    """A resource with these methods, each a view of (request, reader, **names).  None of them: nothing is there."""
    handled = {**methods, "HEAD": methods["GET"]} if "GET" in methods else methods

    @csrf_exempt  # a token stands in the header of each request, so no browser can be made to send it
    def respond(request: HttpRequest, **names: Any) -> HttpResponse:
        reader = None
        try:
            reader = authenticate(request, TokenScope.TAXII)
            return _checked(request, reader, handled)(request, reader, **names)
        except Refused as refused:
            _count(request, reader)
            return answers.refusal(request, refused.refusal)
        except SuspiciousOperation:
            _count(request, reader)
            return answers.refusal(request, bad_request("The request was not read: too many or broken parameters."))
        except Exception as error:  # noqa: BLE001  (the last line of defence: a client must get TAXII JSON)
            if is_outage(error):
                return answers.refusal(request, UNAVAILABLE)
            incident = _log(error)
            return answers.refusal(request, AT_THE_SAME_MOMENT if is_collision(error) else fault(incident))

    return respond


def _checked(request: HttpRequest, reader: MachineReader | None, methods: dict[str, View]) -> View:
    """The view to call.  Who has no valid token learns nothing else, not even which paths exist."""
    if reader is None:
        raise Refused(NOT_SIGNED_IN)
    if request.method == "POST" and pace.is_refused_too_often(reader.token_id):
        raise Refused(TOO_OFTEN)
    if not methods:
        raise Refused(NOT_FOUND)
    view = methods.get(request.method or "")
    if view is None:
        raise Refused(not_allowed(", ".join(sorted(methods))))
    if not accepts_taxii(request.headers.get("Accept")):
        raise Refused(NOT_ACCEPTABLE)
    return view


def _count(request: HttpRequest, reader: MachineReader | None) -> None:
    """A post that is refused as a whole; what is refused of one that is taken in counts its intake."""
    if reader is not None and request.method == "POST":
        pace.note_refused(reader.token_id)


def _log(error: Exception) -> str:
    """Where it happened, under an incident id.  Not the message: a database's would repeat a signal's value."""
    incident = uuid.uuid4().hex[:8]
    frames = traceback.extract_tb(error.__traceback__)
    place = "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    log.error("incident %s: %s in a TAXII answer\n%s", incident, type(error).__name__, place)
    return incident
