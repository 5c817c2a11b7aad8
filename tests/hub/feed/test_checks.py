"""Settings under which a reader could miss an object are refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from skyddsnat.hub.feed import checks

SQLITE = "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("engine", "options", "faults"),
    [
        (SQLITE, {"transaction_mode": "IMMEDIATE"}, []),
        (SQLITE, {"transaction_mode": "DEFERRED"}, ["feed.E001"]),
        (SQLITE, {}, ["feed.E001"]),
        ("django.db.backends.postgresql", {}, []),
    ],
)
def test_sqlite_needs_immediate_transactions(monkeypatch, engine, options, faults):
    databases = {"default": {"ENGINE": engine, "OPTIONS": options}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=databases))
    assert [found.id for found in checks.sqlite_transactions_are_immediate()] == faults
