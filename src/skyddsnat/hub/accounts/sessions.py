"""Sessions at rest: what the browser holds is not in the database, and what a session holds is sealed.

The cookie carries a random secret; everything else (the table, allauth's list of sessions, code) knows the session by the hash
of that secret.  A stolen database therefore signs nobody in.  A session is sealed since it holds the secret of an authenticator
app while that is being enrolled.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.db.models import CharField, DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from skyddsnat.hub.prepared import Prepared, Slot

KEY_LENGTH = 40  # of the column; 160 bits


def key_of(secret: str) -> str:
    """The name under which the session of a cookie is known."""
    return hashlib.sha256(secret.encode()).hexdigest()[:KEY_LENGTH]


def _found() -> QuerySet[Any]:
    from skyddsnat.hub.accounts.models import StoredSession

    alive = {"expire_date__gt": Slot("now", DateTimeField())}
    return StoredSession.objects.filter(session_key=Slot("key", CharField()), **alive).order_by()


_live = Prepared(_found)


class SessionStore(db.SessionStore):
    """A session by its key or by its secret.  secret: what its cookie says, known only where it is brought or made."""

    def __init__(self, session_key: str | None = None, *, secret: str = "") -> None:
        self.secret = secret
        super().__init__(key_of(secret) if secret else session_key)

    @classmethod
    def get_model_class(cls) -> Any:
        from skyddsnat.hub.accounts.models import StoredSession

        return StoredSession

    def _get_session_from_db(self) -> Any:
        found = _live.one(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found

    def _get_new_session_key(self) -> str:
        self.secret = secrets.token_urlsafe(32)
        return key_of(self.secret)


class Sessions(SessionMiddleware):
    """Turns the cookie's secret into the session's key on the way in, and back on the way out."""

    def process_request(self, request: HttpRequest) -> None:
        request.session = SessionStore(secret=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
        answer = super().process_response(request, response)  # type: ignore[arg-type]
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            secret = request.session.secret  # type: ignore[attr-defined]
            cookie.set(settings.SESSION_COOKIE_NAME, secret, secret)
        return answer
