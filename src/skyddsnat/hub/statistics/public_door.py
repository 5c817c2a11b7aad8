"""Below /open nobody is known: no cookie is read and none is set, so that anyone may keep the answer and hand it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

BASE: Final = "/open/"


class NobodyIsKnown:
    """Stands before the sessions; whoever is signed in meets the public pages like everyone else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(BASE):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        varies = [name for name in response.get("Vary", "").split(", ") if name and name != "Cookie"]
        del response["Vary"]
        if varies:
            response["Vary"] = ", ".join(varies)
        return response
