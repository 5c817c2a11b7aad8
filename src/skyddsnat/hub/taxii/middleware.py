"""Below /taxii2 a client meets TAXII alone: no redirect for a slash, no HTML from any middleware, no page for people."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from skyddsnat.hub.taxii import answers
from skyddsnat.hub.taxii.refusals import HTTPS_ONLY, UNAVAILABLE, Refusal
from skyddsnat.protocols.taxii import TAXII_TYPE

BASE = "/taxii2"
TITLES = {400: "Bad request", 403: "Forbidden", 404: "Not found", 413: "Too large", 500: "Internal fault"}


class OnlyTaxii:
    """Stands outermost, so that what any other middleware answers goes through it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path != BASE and not path.startswith(f"{BASE}/"):
            return self.get_response(request)
        if not path.endswith("/"):
            request.path_info = f"{path}/"  # a 301 would make clients drop the body of a POST
        response = self.get_response(request)
        if response.status_code != 304 and response.get("Content-Type") != TAXII_TYPE:
            response = answers.refusal(request, _instead_of(response.status_code))
        response["Vary"] = answers.VARY
        del response["Content-Language"]
        return response


def _instead_of(status: int) -> Refusal:
    """What a client is told in place of a page or a redirect that was meant for people."""
    if 300 <= status < 400:
        return HTTPS_ONLY
    if status == UNAVAILABLE.status:
        return UNAVAILABLE
    kept = status if status in TITLES else 500
    return Refusal(kept, TITLES[kept])
