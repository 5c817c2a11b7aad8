"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from skyddsnat.hub.pages.navigation import drawn, navigation_for
from skyddsnat.hub.pages.work import waiting_counts

COUNTED = "skyddsnat.waiting"
"""Where a request keeps what was counted for it."""


def page(request: HttpRequest) -> dict[str, Any]:
    """`demo`: whether this is the demo, so that each page can say so.  `navigation`: worked out only where it is shown."""
    return {"demo": settings.DEMO, "navigation": SimpleLazyObject(lambda: _navigation(request))}


def _navigation(request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    match = request.resolver_match
    route, path = (match.view_name, request.path) if match else ("", "")
    return drawn(navigation_for(user, route, path, counts_for(request)))


def counts_for(request: HttpRequest) -> dict[str, int]:
    """What waits for the person who asks, counted once a request: the start page and its navigation tell the same."""
    found: dict[str, int] | None = request.META.get(COUNTED)
    if found is None:
        found = request.META[COUNTED] = waiting_counts(request.user, now=timezone.now())  # type: ignore[arg-type]
    return found
