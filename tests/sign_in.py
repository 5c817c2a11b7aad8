"""Django's test client on our sessions, whose cookie is not their key: what a browser would hold, it holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client

from skyddsnat.hub.accounts.sessions import SessionStore


def session_of(client: Client) -> SessionStore:
    """The session of the client's cookie; a new one if it has none."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie and cookie.value:
        return SessionStore(secret=cookie.value)
    store = SessionStore()
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.secret
    return store


def hold_secrets() -> None:
    """Teach every test client the difference, once for the whole run."""
    login = Client._login  # type: ignore[attr-defined]
    if isinstance(Client.session, property) and Client.session.fget is session_of:
        return

    def signed_in(self: Client, *args: Any, **options: Any) -> None:
        login(self, *args, **options)
        made = SessionStore(self.cookies[settings.SESSION_COOKIE_NAME].value)
        mine = SessionStore()
        mine.update(made.load())
        mine.save()
        made.delete()
        self.cookies[settings.SESSION_COOKIE_NAME] = mine.secret

    Client.session = property(session_of)  # type: ignore[assignment,method-assign]
    Client._login = signed_in  # type: ignore[attr-defined]
