"""What must be true of the settings, or a reader of the feed could miss an object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database, Tags.security)
def sqlite_transactions_are_immediate(app_configs: Sequence[Any] | None = None, **rest: Any) -> list[CheckMessage]:
    """On SQLite the commit-order lock is the write lock, and only an IMMEDIATE transaction takes that at its start."""
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("transaction_mode")
    if not database["ENGINE"].endswith("sqlite3") or mode == "IMMEDIATE":
        return []
    return [
        Error(
            f"SQLite's transaction_mode is {mode or 'DEFERRED'}, expected IMMEDIATE: a reader of the feed could miss objects.",
            hint='Set DATABASES["default"]["OPTIONS"]["transaction_mode"] = "IMMEDIATE".',
            id="feed.E001",
        )
    ]
