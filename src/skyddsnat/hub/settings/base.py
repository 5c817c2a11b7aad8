"""What every hub has in common.  Nothing here is safe to weaken; `demo` and `test` say what they change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.settings import env

HUB = Path(__file__).resolve().parent.parent
DATA = Path(env.text("SKYDDSNAT_DATA", "var/hub"))

DEMO = False
DEBUG = False
SECRET_KEY = env.secret("SKYDDSNAT_SECRET_KEY", "")
VAULT_KEYS = env.text(
    "SKYDDSNAT_VAULT_KEYS", ""
)  # the key ring itself, its lines parted by `;`; most have it in the file
VAULT_KEYS_FILE = Path(env.text("SKYDDSNAT_VAULT_KEYS_FILE", str(DATA / "vault.keys")))  # seals columns, see hub/vault
FIELD_KEY = env.secret(
    "SKYDDSNAT_FIELD_KEY", ""
)  # sealed second factors in 0.1.0; only the upgrade from there reads it
BASE_URL = env.text("SKYDDSNAT_BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.words("SKYDDSNAT_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = env.words("SKYDDSNAT_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",  # its table stays empty: accounts keeps sessions sealed
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "skyddsnat.hub.accounts",  # before allauth, so that our templates and texts come before its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "skyddsnat.hub.vault",
    "skyddsnat.hub.audit",
    "skyddsnat.hub.members",
    "skyddsnat.hub.feed",
    "skyddsnat.hub.signals",
    "skyddsnat.hub.bulletins",
    "skyddsnat.hub.lists",
    "skyddsnat.hub.taxii",
    "skyddsnat.hub.agents",
    "skyddsnat.hub.knowledge",
    "skyddsnat.hub.benchmark",
    "skyddsnat.hub.maturity",
    "skyddsnat.hub.learning",
    "skyddsnat.hub.statistics",
    "skyddsnat.hub.complaints",
    "skyddsnat.hub.pages",
]

MIDDLEWARE = [
    "skyddsnat.hub.taxii.middleware.OnlyTaxii",  # outermost: below /taxii2 no other middleware's page may leave
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "skyddsnat.hub.pages.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "skyddsnat.hub.statistics.public_door.NobodyIsKnown",  # before the sessions: below /open no cookie is read
    "skyddsnat.hub.accounts.sessions.Sessions",
    "skyddsnat.hub.pages.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "skyddsnat.hub.accounts.middleware.SessionActivity",
    "skyddsnat.hub.accounts.middleware.RequireSignIn",
    "skyddsnat.hub.pages.middleware.Unopened",
]

ROOT_URLCONF = "skyddsnat.hub.urls"
WSGI_APPLICATION = "skyddsnat.hub.wsgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.Person"

DATABASES = {"default": env.database(env.secret("SKYDDSNAT_DATABASE", f"sqlite:{DATA / 'hub.sqlite'}"))}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Django keeps 300 rows and then drops at random: a flood of guesses would push out the counters that limit guesses.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HUB / "pages" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "skyddsnat.hub.pages.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ---- languages and time
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = ["skyddsnat.hub.pages.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"
USE_THOUSAND_SEPARATOR = True

# ---- static files
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is ever uploaded to disk
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["skyddsnat.hub.lists.upload.BoundedUpload"]  # lists are read in memory and dropped
IMPORT_WORKER = env.flag("SKYDDSNAT_IMPORT_WORKER", default=True)  # whether the served processes work on imports
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# ---- sign-in
AUTHENTICATION_BACKENDS = ["skyddsnat.hub.accounts.backend.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "skyddsnat.hub.accounts.passwords.StolenPasswordValidator"},
    {"NAME": "skyddsnat.hub.accounts.passwords.HouseWordsValidator"},
]
BREACHED_PASSWORDS = (
    Path(env.text("SKYDDSNAT_BREACHED_PASSWORDS")) if env.text("SKYDDSNAT_BREACHED_PASSWORDS", "") else None
)
LOGIN_REDIRECT_URL = "pages:work"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "skyddsnat.hub.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "skyddsnat.hub.accounts.adapter.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the one-time invitation link proves the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "skyddsnat.hub.accounts.forms.SignInForm",
    "reauthenticate": "skyddsnat.hub.accounts.forms.ConfirmByPasswordForm",
    "change_password": "skyddsnat.hub.accounts.forms.ChangePasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_FORMS = {
    "add_webauthn": "skyddsnat.hub.accounts.forms.AddPasskeyForm",
    "activate_totp": "skyddsnat.hub.accounts.forms.EnrolAppForm",
    "authenticate": "skyddsnat.hub.accounts.forms.SecondStepForm",
    "reauthenticate": "skyddsnat.hub.accounts.forms.ConfirmByCodeForm",
    "edit_webauthn": "skyddsnat.hub.accounts.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Skyddsnät"
MFA_RECOVERY_CODE_COUNT = 10
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "skyddsnat.hub.accounts.adapter.SessionsAdapter"
SESSION_ENGINE = "skyddsnat.hub.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE = timedelta(hours=1)  # NIST SP 800-63B, AAL2
SESSION_AT_MOST = timedelta(seconds=SESSION_COOKIE_AGE)  # also for a session that is written to again and again
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
CSRF_FAILURE_VIEW = "skyddsnat.hub.pages.errors.csrf_failure"

# ---- headers
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],  # said once more for readers of policies that stop at the name
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send `Origin: null`, and every form fails the CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---- the coalition
CIRCLE_CONTENTS = [
    "skyddsnat.hub.signals.access.published_in",
    "skyddsnat.hub.bulletins.access.published_in",
]  # counts what a member that joins a circle would receive
REMINDERS = [
    "skyddsnat.hub.learning.queries.reminders"
]  # what a noun above benchmarking has to remind a person of, beside benchmarking's own
JOINT_FIGURES = [
    "skyddsnat.hub.statistics.queries.released.was_shown"
]  # whether a noun above benchmarking has shown a joint figure of a metric and days: then no round opens its total
OWNER_CHANGED = [
    "skyddsnat.hub.signals.services.weight.recount"
]  # what counts owners, told of a member with another one
HANDS_GONE = [
    "skyddsnat.hub.members.services.proposals.let_go",
    "skyddsnat.hub.signals.services.gone.let_go",
]  # where decisions wait for another hand, told of a member whose people may do less than before
FEED_KEY_FILE = Path(env.text("SKYDDSNAT_FEED_KEY_FILE", str(DATA / "feed.key")))  # Ed25519, never in the database
LOG_KEY_FILE = Path(env.text("SKYDDSNAT_LOG_KEY_FILE", str(DATA / "log.key")))  # Ed25519, signs the log's checkpoints
LOG_DELAY: float | None = 1.0  # seconds from an entry to its checkpoint, in a serving process
LOG_BEFORE_CHECKPOINT = [
    "skyddsnat.hub.feed.services.logged.log_heads"
]  # what a noun has to say before entries are sequenced
CANARY_ZONES = env.words("SKYDDSNAT_CANARY_ZONES")  # names of our own that never resolve; they mark exported lists

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "skyddsnat.hub.pages.log_lines.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "WARNING"}},
}
MAILERS: dict[str, Any] = {"default": {"BACKEND": "skyddsnat.hub.accounts.mail.NoMailServer"}}
