"""What is told when something went wrong: to people in plain words with an incident id, to machines in JSON; never the inside."""

from __future__ import annotations

import logging
import sys
import uuid

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from skyddsnat.hub.collision import is_collision
from skyddsnat.hub.outage import COME_BACK, is_outage

log = logging.getLogger(__name__)

API = "/api/"
"""Below it a machine asks.  The page of that very address is for people."""


def _answer(request: HttpRequest, template: str, status: int, *, title: str) -> HttpResponse:
    incident = uuid.uuid4().hex[:8]
    log.warning("incident %s: status %s, %s", incident, status, _who_and_where(request))
    if _asks_as_machine(request):
        return _problem(status, title, f"tell the hub's operator: incident {incident}")
    return render(request, f"pages/errors/{template}.html", {"incident": incident}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _answer(request, "400", 400, title="Bad request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: only for what is no secret, such as a role that a page needs."""
    return _answer(request, "403", 403, title="Forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: unknown and forbidden look the same."""
    if _asks_as_machine(request):
        return _problem(404, "Not found", "there is no such resource, or it is not yours to read")
    return render(request, "pages/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or what is no fault of the program's: 503 where the database cannot just now, 409 where another was first.

    A machine comes back after either, and meets what the other did.
    """
    error = sys.exc_info()[1]  # Django calls this while it handles the exception
    if is_outage(error) or (is_collision(error) and _asks_as_machine(request)):
        response = _answer(request, "503", 503, title="Unavailable")
        response["Retry-After"] = COME_BACK
        return response
    if is_collision(error):
        return _answer(request, "409", 409, title="Conflict")
    return _answer(request, "500", 500, title="Internal fault")


def unopened(request: HttpRequest) -> HttpResponse:
    """500: a sealed text that is needed here does not open.  It was changed or moved in the database, or its key is lost."""
    return _answer(request, "sealed", 500, title="Internal fault")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that came from elsewhere."""
    return _answer(request, "csrf", 403, title="Forbidden")


def _who_and_where(request: HttpRequest) -> str:
    """For the log: the person's number and the route's name, never an address, a word of the question or a name.

    The person is asked of the database, which may be the very thing that has failed.
    """
    match = request.resolver_match
    try:
        person = getattr(getattr(request, "user", None), "pk", None)
    except DatabaseError:
        person = None
    return f"person {person or 'none'}, route {match.view_name if match else 'none'}"


def _asks_as_machine(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) and request.path_info != API


def _problem(status: int, title: str, detail: str) -> JsonResponse:
    return JsonResponse({"title": title, "detail": detail}, status=status)
