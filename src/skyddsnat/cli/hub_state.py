"""What a hub's machine must have before it serves: tables, cache, static files, keys.  Needs Django to be set up."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from skyddsnat.hub.feed.keys import ensure_key, load_key


def prepare() -> str:
    """Bring tables, cache and static files up to date, and see to the feed's key.  Returns its public half."""
    silent = io.StringIO()
    call_command("migrate", interactive=False, verbosity=0, stdout=silent)
    call_command("createcachetable", verbosity=0, stdout=silent)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=silent)
    return ensure_key(settings.FEED_KEY_FILE)


def pending_migrations() -> int:
    """How many migrations the database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `skyddsnat hub check`."""

    ok: bool
    what: str
    detail: str


def examine() -> Iterator[Finding]:
    """Everything that must hold before the hub is opened to others."""
    messages = [message for message in run_checks(include_deployment_checks=True) if message.level >= WARNING]
    yield Finding(not messages, "settings", f"{len(messages)} warnings of the deployment check")
    for message in messages:
        yield Finding(False, f"settings {message.id}", str(message.msg).splitlines()[0])
    yield _database()
    yield _static()
    yield _feed_key()
    yield from _rights()
    yield _mail()
    yield Finding(not settings.DEMO, "demo", "no one-click sign-in" if not settings.DEMO else "one-click sign-in is on")


def _database() -> Finding:
    try:
        pending = pending_migrations()
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        return Finding(False, "database", f"cannot be read ({type(error).__name__}); check SKYDDSNAT_DATABASE")
    if pending or "cache" not in tables:
        return Finding(False, "database", f"{pending} migrations are waiting; run: skyddsnat hub migrate")
    return Finding(True, "database", f"{connection.vendor}, up to date")


def _static() -> Finding:
    there = (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file()
    return Finding(there, "static files", "in place" if there else "missing; run: skyddsnat hub migrate")


def _feed_key() -> Finding:
    try:
        load_key(settings.FEED_KEY_FILE)
    except ImproperlyConfigured as error:
        return Finding(False, "feed key", str(error))
    return Finding(True, "feed key", "in place, readable by its owner only")


def _mail() -> Finding:
    """Not a fault: a hub works without, but then nobody is told of a new factor or a new reviewer."""
    alone = settings.MAILERS["default"]["BACKEND"].endswith("NoMailServer")
    return Finding(
        True, "mail", "no server, so no notices are sent; set SKYDDSNAT_SMTP_HOST" if alone else "a server is set"
    )


def _rights() -> Iterator[Finding]:
    """Secrets in files must be their owner's alone."""
    for name in ("SKYDDSNAT_SECRET_KEY_FILE", "SKYDDSNAT_FIELD_KEY_FILE"):
        path = os.environ.get(name)
        if path:
            mode = Path(path).stat().st_mode & 0o777
            ok = mode & 0o077 == 0
            fix = "" if ok else f"; run: chmod 600 {path}"
            yield Finding(ok, Path(path).name, f"mode {mode:o}{fix}")
