"""The test suite: the base, on SQLite in memory or on the PostgreSQL that SKYDDSNAT_DATABASE names."""

from __future__ import annotations

import atexit
import base64
import shutil
import tempfile
from pathlib import Path

from skyddsnat.hub.settings import env
from skyddsnat.hub.settings.base import *  # noqa: F403


def _key(letter: bytes) -> str:
    return base64.b64encode(letter * 32).decode()


DATA = Path(tempfile.mkdtemp(prefix="skyddsnat-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": env.database(env.secret("SKYDDSNAT_DATABASE", "sqlite::memory:"))}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir()
FEED_KEY_FILE = DATA / "feed.key"
# Fixed, so that every process of a test opens what another has sealed.
VAULT_KEYS = VAULT_KEYS or f"index 1 {_key(b'i')}; seal 1 {_key(b's')}"  # noqa: F405
LOG_KEY_FILE = DATA / "log.key"
LOG_KEY_FILE.write_text(_key(b"l"))
LOG_KEY_FILE.chmod(0o600)
LOG_DELAY = None  # no thread beside the test's own transaction
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
CANARY_ZONES = ["canary.example"]
REFUSED_POSTS_PER_MINUTE = AGENT_REPORTS_PER_MINUTE = (
    1_000_000  # one minute holds many tests, whose agents are all called alike
)
