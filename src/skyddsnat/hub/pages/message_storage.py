"""Short messages to a person travel in a cookie that is bound to this host by its name, or else in the session."""

from __future__ import annotations

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookie(CookieStorage):
    """Django's own, under a name that browsers take only over https and from this host."""

    cookie_name = "__Host-messages"


class HostStorage(FallbackStorage):
    """What does not fit in the cookie goes into the session."""

    storage_classes = (HostCookie, SessionStorage)
