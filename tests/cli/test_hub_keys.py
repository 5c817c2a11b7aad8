"""`skyddsnat hub keys` on a real folder: a change of keys stands in the log, where every member's auditors read of it."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.test_hub import FOUND, hub, with_tables


@pytest.fixture
def place(tmp_path: Path) -> Path:
    data = with_tables(tmp_path / "data")
    made = hub("init", *FOUND, data=data)
    assert made.returncode == 0, made.stderr
    return data


def logged(place: Path) -> list[tuple[str, str, dict[str, int]]]:
    with sqlite3.connect(place / "hub.sqlite") as database:
        rows = database.execute("SELECT action, kind, facts FROM audit_entry WHERE action LIKE 'keys.%' ORDER BY id")
        return [(action, kind, json.loads(facts)) for action, kind, facts in rows]


def test_a_key_is_replaced_and_taken_out_and_the_log_says_so(place: Path) -> None:
    assert hub("keys", "retire", "1", data=place).returncode == 2
    assert logged(place) == []
    changed = json.loads(hub("keys", "rotate", "--json", data=place).stdout)
    assert changed["key"] == 2
    assert logged(place) == [("keys.rotated", "coalition", {"key": 2, "count": sum(changed["resealed"].values())})]
    assert "an hour" in hub("keys", "retire", "1", data=place).stderr
    with sqlite3.connect(place / "hub.sqlite") as database:
        long_ago = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%d %H:%M:%S")
        database.execute("UPDATE vault_key SET replaced_at = ? WHERE id = 1", [long_ago])
    assert hub("keys", "retire", "1", data=place).returncode == 0
    assert logged(place)[1:] == [("keys.retired", "coalition", {"key": 1})]
    assert [row["key"] for row in json.loads(hub("keys", "status", "--json", data=place).stdout)] == [2]
