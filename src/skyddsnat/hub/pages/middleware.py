"""Headers that Django does not set, and the language of the person."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from skyddsnat.hub.pages.errors import unopened
from skyddsnat.hub.vault.errors import CannotOpen

Respond = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Permissions-Policy and CORP on all; `no-store` on whatever a signed-in person saw; a clean browser after sign-out."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
            patch_vary_headers(response, ["Cookie"])
        match = request.resolver_match
        if match is not None and match.view_name == "account_logout" and request.method == "POST":
            response.setdefault("Clear-Site-Data", '"cache", "storage"')
        return response


class Language:
    """The signed-in person's language; before sign-in the cookie, then what the browser asks for."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class Unopened:
    """A page that needs a sealed text which does not open says so, instead of a fault that says nothing."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The vault has told the log which cell it was; the page's incident id stands beside it."""
        return unopened(request) if isinstance(exception, CannotOpen) else None
