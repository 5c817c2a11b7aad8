"""A real coalition's hub.  Secrets come from the environment or from files; `check --deploy` is clean."""

from __future__ import annotations

from skyddsnat.hub.settings import env
from skyddsnat.hub.settings.base import *  # noqa: F403

SECRET_KEY = env.secret("SKYDDSNAT_SECRET_KEY")
BASE_URL = env.text("SKYDDSNAT_BASE_URL")
ALLOWED_HOSTS = env.words("SKYDDSNAT_HOSTS")
SECURE_SSL_REDIRECT = env.flag("SKYDDSNAT_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthy/$"]  # the machine's own watchdog asks over loopback
# A browser takes a cookie of such a name only over https, for the whole host, and from no other host.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
MESSAGE_STORAGE = "skyddsnat.hub.pages.message_storage.HostStorage"
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.flag("SKYDDSNAT_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # rate limits count the visitor's address, not the proxy's
DEFAULT_FROM_EMAIL = env.text("SKYDDSNAT_MAIL_FROM", "skyddsnat@localhost")
if env.text("SKYDDSNAT_SMTP_HOST", "-") != "-":
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": env.text("SKYDDSNAT_SMTP_HOST"),
                "port": env.number("SKYDDSNAT_SMTP_PORT", 587),
                "username": env.text("SKYDDSNAT_SMTP_USER", "-").removeprefix("-"),
                "password": env.secret("SKYDDSNAT_SMTP_PASSWORD", "-").removeprefix("-"),
                "use_tls": True,
                "timeout": 10,
            },
        }
    }
