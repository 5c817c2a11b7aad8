"""The person's own language, carried by the cookie that every page reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase

from skyddsnat.hub.members.models import Person


def remember_language(response: HttpResponseBase, person: Person) -> None:
    """Set the language cookie to what the person has chosen; called at sign-in and when the choice changes."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        person.language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
