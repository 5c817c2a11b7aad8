"""What a view may ask for beyond a signed-in person with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from skyddsnat.policy.vocabulary import Role

View = Callable[..., HttpResponse]


def fresh(view: View) -> View:
    """The person must have shown who they are within five minutes; else they confirm first, and the act is then resumed."""
    guarded: View = reauthentication_required(view)
    return guarded


def role_required(*roles: Role) -> Callable[[View], View]:
    """403 for who holds none of the roles.  For pages whose existence is no secret; things that are, answer 404."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated or not any(request.user.has_role(role) for role in roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard
