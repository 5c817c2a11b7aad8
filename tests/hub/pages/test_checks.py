"""`check --deploy` says what a hub must not be run with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.hub.pages.checks import ready_to_deploy


@pytest.fixture
def ready(settings: Any, tmp_path: Path, db: None) -> Any:
    """Settings that nothing is wrong with."""
    settings.SECRET_KEY = "k" * 60
    settings.BASE_URL = "https://hub.example"
    settings.ALLOWED_HOSTS = ["hub.example"]
    settings.FEED_KEY_FILE = tmp_path / "feed.key"
    descriptor = os.open(settings.FEED_KEY_FILE, os.O_CREAT | os.O_WRONLY, 0o600)
    os.close(descriptor)
    return settings


def found() -> set[str]:
    return {str(message.id) for message in ready_to_deploy()}


def test_a_hub_that_is_set_up_well_passes(ready: Any) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEMO", True, "pages.E001"),
        ("SECRET_KEY", "short", "pages.E002"),
        ("VAULT_KEYS", "seal 1 short", "pages.E010"),
        ("FEED_KEY_FILE", Path("/nowhere/feed.key"), "pages.E003"),
        ("BASE_URL", "http://hub.example", "pages.E005"),
        ("BASE_URL", "https://other.example", "pages.E006"),
        ("ALLOWED_HOSTS", ["hub.example", "*"], "pages.E007"),
    ],
)
def test_each_fault_is_found(ready: Any, name: str, value: object, expected: str) -> None:
    setattr(ready, name, value)
    assert found() == {expected}


def test_a_key_that_others_on_the_machine_can_read_is_found(ready: Any) -> None:
    ready.FEED_KEY_FILE.chmod(0o640)
    assert found() == {"pages.E004"}


class WeakDatabase:
    """A connection to SQLite as it comes from the factory."""

    vendor = "sqlite"

    def cursor(self) -> WeakDatabase:
        return self

    def __enter__(self) -> WeakDatabase:
        return self

    def __exit__(self, *args: object) -> None: ...

    def execute(self, statement: str) -> WeakDatabase:
        self.statement = statement
        return self

    def fetchone(self) -> tuple[object]:
        return (1,) if "synchronous" in self.statement else ("delete",)


def test_a_database_that_would_lose_commits_in_a_power_cut_is_found(
    ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skyddsnat.hub.pages.checks.connection", WeakDatabase())
    assert found() == {"pages.E008", "pages.E009"}
