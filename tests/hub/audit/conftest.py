"""A log of the test's own: its key, and the memory of what was signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.services import record, sequence
from skyddsnat.hub.members.actor import Actor
from skyddsnat.protocols.log import NoteKey
from tests.cast import Cast


@pytest.fixture
def log_key(db: None, settings: Any, tmp_path: Path) -> NoteKey:
    """The log's key, made now."""
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    return ensure_log_key()


@pytest.fixture
def fill(cast: Cast, log_key: NoteKey) -> Callable[..., None]:
    """Writes entries of several people and sequences them, in as many goes as wanted."""
    people = [cast.person("alfa", "reviewer"), cast.person("vakten", "auditor"), cast.person("beta", "analyst")]

    def fill(count: int, *, goes: int = 1) -> None:
        for go in range(goes):
            for number in range(go, count, goes):
                actor = Actor.of(people[number % len(people)])
                record(actor, "signal.approved", kind="signal", object_id=number, reason="review", step=number)
            sequence()

    return fill


@pytest.fixture
def behind(db: None) -> Callable[..., None]:
    """Runs SQL behind the hub's back, as someone with the database in their hands would."""

    def run(sql: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return run
