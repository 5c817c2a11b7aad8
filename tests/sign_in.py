"""Django's test client on our sessions, whose cookie is not their key: what a browser would hold, it holds."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from skyddsnat.hub.accounts.models import StoredSession
from skyddsnat.hub.accounts.sessions import SessionStore
from skyddsnat.hub.adding import add_tables, new_row
from skyddsnat.hub.members.models import Person


def sign_in(client: Client, person: Person) -> None:
    """Lay the rows and the cookie that signing in ends with, by password and second factor just now.

    What signing in does on its way to them is tested in tests/hub/accounts: it asks the database more than twenty times.
    """
    store, now = SessionStore(), time.time()
    key = store._get_new_session_key()
    held = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
        "account_authentication_methods_user": str(person.pk),  # the records count for this person only
        AUTHENTICATION_METHODS_SESSION_KEY: [
            {"method": "password", "at": now, "email": person.email},
            {"method": "mfa", "type": "totp", "at": now},
        ],
    }
    stored = new_row(
        StoredSession, session_key=key, session_data=store.encode(held), expire_date=store.get_expiry_date()
    )
    known = new_row(UserSession, user_id=person.pk, session_key=key, ip="127.0.0.1", user_agent="")
    add_tables([[stored], [known]])
    client.cookies[settings.SESSION_COOKIE_NAME] = store.secret


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
