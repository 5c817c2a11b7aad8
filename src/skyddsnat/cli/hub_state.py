"""What a hub's machine must have before it serves: tables, cache, static files, keys.  Needs Django to be set up."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from skyddsnat.hub.audit import keys as log_keys
from skyddsnat.hub.audit.services import fault_of_log, take_in_old_rows
from skyddsnat.hub.feed.keys import ensure_key, load_key
from skyddsnat.hub.feed.services import how_far_ahead
from skyddsnat.hub.vault.cells import forget_deleted
from skyddsnat.hub.vault.keys import fault_of_keys

LEAST_ROOM = 512  # megabytes


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What agents pin: the public halves of the feed's and of the log's key."""

    feed: str
    log: str


def prepare() -> PublicKeys:
    """Bring tables, cache and static files up to date, see to the keys, and take earlier entries into the log's tree."""
    silent = io.StringIO()
    opens = _stands_in_the_clear()
    call_command("migrate", interactive=False, verbosity=0, stdout=silent)
    if opens:
        forget_deleted()
    call_command("createcachetable", verbosity=0, stdout=silent)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=silent)
    take_in_old_rows()
    return PublicKeys(ensure_key(settings.FEED_KEY_FILE), log_keys.ensure_log_key().text())


def _stands_in_the_clear() -> bool:
    """Whether this is a database of 0.1.0, whose values the migrations will seal."""
    tables = connection.introspection.table_names()
    return "signals_signal" in tables and "vault_key" not in tables


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
    yield _vault_keys()
    yield _log_key()
    yield _log()
    yield from _rights()
    yield _clock()
    yield _room()
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


def _vault_keys() -> Finding:
    fault = fault_of_keys()
    return Finding(fault is None, "vault keys", fault or "the ones that the database is sealed with")


def _log_key() -> Finding:
    try:
        log_keys.signer()
    except (ImproperlyConfigured, DatabaseError) as error:
        return Finding(False, "log key", str(error))
    return Finding(True, "log key", "in place, readable by its owner only")


def _log() -> Finding:
    try:
        fault = fault_of_log()
    except (ImproperlyConfigured, DatabaseError):
        return Finding(False, "log", "cannot be checked before the lines above are right")
    return Finding(not fault, "log", fault or "goes on from what was signed; hub audit verify looks through all of it")


def _clock() -> Finding:
    try:
        far = how_far_ahead(now=timezone.now())
    except DatabaseError:
        return Finding(False, "clock", "cannot be compared before the database is right")
    if far is None or far.confirmed:
        return Finding(True, "clock", "not behind what was published" if far is None else "confirmed; it catches up")
    told = f"nothing is published before {far.ends:%Y-%m-%d %H:%M} UTC; run: skyddsnat hub clock"
    return Finding(False, "clock", told)


def _room() -> Finding:
    """On a full disk the hub answers 503 to whatever has to be kept; better to hear of it before."""
    free = shutil.disk_usage(settings.DATA).free // 2**20
    fix = "" if free >= LEAST_ROOM else f", expected at least {LEAST_ROOM}; make room, above all for the database"
    return Finding(free >= LEAST_ROOM, "room", f"{free} MB free where the hub lives{fix}")


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
