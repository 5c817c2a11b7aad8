"""The one rule of access of routes for machines: one of the methods, and a live token for one of the scopes.  Whoever has neither
learns nothing else.  (TAXII says it in its own form: taxii.resource.)

Every route in a namespace of machines is made by `for_machines`: the sign-in of people lets these namespaces through.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from skyddsnat.hub.accounts import pace
from skyddsnat.hub.accounts.tokens import MachineReader, authenticate
from skyddsnat.hub.members.request import is_longer
from skyddsnat.policy.vocabulary import TokenScope

REALM: Final = 'Bearer realm="skyddsnat", Basic realm="skyddsnat"'

type View = Callable[..., HttpResponse]


def for_machines(*scopes: TokenScope, methods: str = "GET") -> Callable[[View], View]:
    """Makes a route of a view of (request, reader, **names).  methods: words; HEAD goes with GET."""
    allowed = frozenset(methods.split())
    words = " or ".join(scope.value for scope in scopes)

    def wrap(view: View) -> View:
        @csrf_exempt  # no cookie is read here, only the token in the header
        @wraps(view)
        def guarded(request: HttpRequest, **names: Any) -> HttpResponse:
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return problem(405, "Method not allowed", f"expected {methods}", Allow=", ".join(sorted(allowed)))
            reader = authenticate(request, *scopes)
            if reader is None:
                detail = f"a live token with scope {words} is needed, as Bearer or Basic"
                return problem(401, "Unauthorized", detail, **{"WWW-Authenticate": REALM})
            if request.method != "POST":
                return view(request, reader, **names)
            if pace.is_refused_too_often(reader.token_id):
                return _too_often("too much of what was posted within a minute was refused")
            answer = view(request, reader, **names)
            if 400 <= answer.status_code < 500:
                pace.note_refused(reader.token_id)
            return answer

        guarded.for_scopes = frozenset(scopes)  # type: ignore[attr-defined]  # a test asks each route for it
        return guarded

    return wrap


def takes_json(*, most: int) -> Callable[[View], View]:
    """A route whose body is JSON of at most so many bytes, which are not read before that is known."""

    def wrap(view: View) -> View:
        @wraps(view)
        def bounded(request: HttpRequest, *rest: Any, **names: Any) -> HttpResponse:
            if request.content_type != "application/json":
                return problem(415, "Unsupported media type", "expected application/json")
            if is_longer(request, most):
                return problem(413, "Too large", f"expected at most {most} bytes")
            return view(request, *rest, **names)

        return bounded

    return wrap


def at_most(times: Callable[[], int], *, of: str) -> Callable[[View], View]:
    """A route, or several that share the word `of`, that one member's machines ask at most so many times a minute."""

    def wrap(view: View) -> View:
        @wraps(view)
        def paced(request: HttpRequest, reader: MachineReader, **named: Any) -> HttpResponse:
            if pace.count(of, reader.member_id) > times():
                return _too_often("too many requests within a minute")
            return view(request, reader, **named)

        return paced

    return wrap


def _too_often(detail: str) -> JsonResponse:
    return problem(429, "too_often", detail, **{"Retry-After": str(pace.AGAIN_IN)})


def problem(status: int, title: str, detail: str, **headers: str) -> JsonResponse:
    """An answer that says why not."""
    return JsonResponse({"title": title, "detail": detail}, status=status, headers=headers)
