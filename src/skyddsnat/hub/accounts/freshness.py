"""Fresh authentication: sensitive acts ask that the person has just shown who they are (reference: security.md, "sudo")."""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import resume_request
from django.http import HttpRequest, HttpResponseBase

from skyddsnat.hub.members.models import Person


def mark_fresh(request: HttpRequest, person: Person, *, method: str) -> None:
    """Note in the session that the person has just shown who they are; `method` says how, in a word."""
    record_authentication(request, person, method, reauthenticated=True)


def go_on(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to what was interrupted by asking who it is, if anything was; a form that had been sent is taken in now."""
    answer: HttpResponseBase | None = resume_request(request)
    return answer


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the second factor of this session's sign-in is not older than a confirmation may be (300 s).

    A password alone never counts: it is what a thief has most often.
    """
    if not request.user.is_authenticated:
        return False
    factors = [one for one in get_authentication_records(request, request.user) if one.get("method") == "mfa"]
    return bool(factors) and time.time() - float(factors[-1]["at"]) < app_settings.REAUTHENTICATION_TIMEOUT


def forget_later_proofs(request: HttpRequest) -> None:
    """Drop what the session claims to have shown later than now: a clock that was set back would keep it fresh for as long."""
    said = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    latest = time.time() + app_settings.REAUTHENTICATION_TIMEOUT
    kept = [one for one in said if float(one["at"]) < latest]
    if len(kept) < len(said):
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
