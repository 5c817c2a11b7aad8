"""Settings from the environment: parsed strictly, refused with what was got and what was expected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE: with Django's default most concurrent writers fail; FULL: NORMAL loses acknowledged commits in a power cut.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728; "
        "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000;"
    ),
}


def text(name: str, default: str | None = None) -> str:
    """The variable's text, or the default.  Raises ImproperlyConfigured when it is needed and missing."""
    value = os.environ.get(name, default)
    if value is None or value == "":
        if default is not None:
            return default
        raise ImproperlyConfigured(f"{name} is not set, expected a value; set it in the environment or in {name}_FILE")
    return value


def secret(name: str, default: str | None = None) -> str:
    """A secret from NAME_FILE (a file with one line) or NAME."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path}, which cannot be read ({error.strerror}); check the path and its rights"
            ) from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which is empty; expected one line with the secret")
        return value
    return text(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes or no.  Raises ImproperlyConfigured for anything else."""
    raw = os.environ.get(name, "yes" if default else "no").lower()
    if raw not in {"yes", "no", "true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} is {raw!r}, expected yes or no")
    return raw in {"yes", "true", "1"}


def number(name: str, default: int) -> int:
    """A whole number above zero.  Raises ImproperlyConfigured for anything else."""
    raw = os.environ.get(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) == 0:
        raise ImproperlyConfigured(f"{name} is {raw!r}, expected a whole number above zero")
    return int(raw)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty words."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """Django's database settings from `sqlite:PATH` or `postgresql://user:password@host:port/name?host=/socket`."""
    if url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:"),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,  # opening a file anew takes as long as answering from it
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "SKYDDSNAT_DATABASE could not be read, expected sqlite:PATH or postgresql://user:password@host:port/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(parts.port or ""),
        # To compile a query pays off after seconds; ours take milliseconds, and the planner cannot know that they stop early.
        "OPTIONS": {"pool": False, "options": "-c jit=off"},
        "CONN_MAX_AGE": 60,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # what is walked through here is short, and a cursor takes three more questions
        "CONN_HEALTH_CHECKS": True,  # a server that was restarted costs no request
    }
