"""The demo on loopback: plain http, invented members, one-click sign-in.  `check --deploy` refuses it (pages.checks)."""

from __future__ import annotations

from skyddsnat.hub.settings import env
from skyddsnat.hub.settings.base import *  # noqa: F403

DEMO = True
SECRET_KEY = env.secret("SKYDDSNAT_SECRET_KEY")
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = env.text(
    "SKYDDSNAT_SESSION_COOKIE", "sessionid"
)  # two demos on one host must not sign each other out
CSRF_COOKIE_NAME = SESSION_COOKIE_NAME.replace("session", "csrf")
PASSWORD_HASHERS = ["skyddsnat.hub.settings.demo_hasher.QuickScrypt"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
CANARY_ZONES = ["canary.example"]
