"""What a person sees when something went wrong: plain words and an incident id, never an internal message."""

from __future__ import annotations

import logging
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger(__name__)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    incident = uuid.uuid4().hex[:8]
    log.warning("incident %s: status %s", incident, status)
    return render(request, f"pages/errors/{template}.html", {"incident": incident}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: only for what is no secret, such as a role that a page needs."""
    return _page(request, "403", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: unknown and forbidden look the same."""
    return render(request, "pages/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, "500", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that came from elsewhere."""
    return _page(request, "csrf", 403)
