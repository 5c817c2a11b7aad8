"""What a deployed hub must not do without: run by `skyddsnat hub check --deploy`, which then refuses to go on."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from skyddsnat.hub.vault.errors import BadKeyRing
from skyddsnat.hub.vault.ring import ring

LEAST_KEY = 50
OTHERS = stat.S_IRWXG | stat.S_IRWXO
FULL = 2  # PRAGMA synchronous


@register(Tags.security, deploy=True)
def ready_to_deploy(app_configs: Sequence[Any] | None = None, **rest: Any) -> list[CheckMessage]:
    """Everything below, in one list."""
    parts: tuple[Callable[[], Iterator[CheckMessage]], ...] = (
        _demo,
        _secret,
        _vault_keys,
        _feed_key,
        _address,
        _durable,
    )
    return [message for part in parts for message in part()]


def _demo() -> Iterator[CheckMessage]:
    if settings.DEMO:
        yield Error(
            "The demo's settings are in use: anyone can sign in as anyone with one click.",
            hint="Set DJANGO_SETTINGS_MODULE=skyddsnat.hub.settings.production.",
            id="pages.E001",
        )


def _secret() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < LEAST_KEY:
        yield Error(
            f"SECRET_KEY has {len(settings.SECRET_KEY)} characters, expected at least {LEAST_KEY}.",
            hint="Write a random line into a file and name it in SKYDDSNAT_SECRET_KEY_FILE.",
            id="pages.E002",
        )


def _vault_keys() -> Iterator[CheckMessage]:
    try:
        ring(fresh=True)
    except BadKeyRing as fault:
        yield Error(f"The keys of the sealed columns cannot be used: {fault}.", id="pages.E010")


def _feed_key() -> Iterator[CheckMessage]:
    path = Path(settings.FEED_KEY_FILE)
    try:
        mode = path.stat().st_mode
    except OSError:
        yield Error(
            f"The feed's signing key {path} cannot be read; without it no agent takes the feed.",
            hint="Run: skyddsnat hub init",
            id="pages.E003",
        )
        return
    if mode & OTHERS:
        yield Error(
            f"The feed's signing key {path} has mode {stat.S_IMODE(mode):04o}, expected 0600.",
            hint=f"Run: chmod 600 {path}",
            id="pages.E004",
        )


def _address() -> Iterator[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" or not address.hostname:
        yield Error(
            f"BASE_URL is {settings.BASE_URL}, expected an https address: invitations and letters carry it.",
            hint="Set SKYDDSNAT_BASE_URL.",
            id="pages.E005",
        )
    elif address.hostname not in settings.ALLOWED_HOSTS:
        yield Error(
            f"BASE_URL's host {address.hostname} is not among the allowed hosts, so its own links would be refused.",
            hint="Add it to SKYDDSNAT_HOSTS.",
            id="pages.E006",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "Every host name is allowed, expected only the hub's own: links could be made to point elsewhere.",
            hint="Name the hosts in SKYDDSNAT_HOSTS.",
            id="pages.E007",
        )


def _durable() -> Iterator[CheckMessage]:
    """On a live connection: settings can be overridden by what a database was built with."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if synchronous < FULL:
        yield Error(
            f"SQLite's synchronous is {synchronous}, expected {FULL} (FULL): a power cut would lose what was acknowledged.",
            hint="Leave the database options as skyddsnat.hub.settings.env has them.",
            id="pages.E008",
        )
    if journal not in {"wal", "memory"}:
        yield Error(
            f"SQLite's journal_mode is {journal}, expected wal: readers would stop writers.",
            hint="Leave the database options as skyddsnat.hub.settings.env has them.",
            id="pages.E009",
        )
