"""`skyddsnat hub audit` on a real folder: the log is whole, and a row that is changed behind the hub is named."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from skyddsnat.protocols.log import NoteKey, read_checkpoint
from tests.cli.test_hub import FOUND, hub, with_tables


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A coalition whose entries have found their place."""
    data = with_tables(tmp_path_factory.mktemp("audit") / "data")
    made = hub("init", *FOUND, "--json", data=data)
    assert made.returncode == 0, made.stderr
    (data / "said").write_text(json.loads(made.stdout)["log_public_key"], "utf-8")
    assert hub("tick", data=data).returncode == 0
    return data


def test_what_was_signed_is_shown_with_the_key_that_agents_pin(place: Path) -> None:
    shown = json.loads(hub("audit", "checkpoint", "--json", data=place).stdout)
    assert shown["log_public_key"] == (place / "said").read_text("utf-8")
    said = read_checkpoint(shown["note"], NoteKey.parse(shown["log_public_key"]))
    assert said.size == shown["size"] > 10
    assert said.origin == "hub.example/log"
    assert stat.S_IMODE((place / "log.signed").stat().st_mode) == 0o600


def test_the_export_is_checked_with_nothing_of_ours(place: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert hub("audit", "export", str(folder), data=place).returncode == 0
    key = (place / "said").read_text("utf-8")
    command = [sys.executable, "-I", "verify_log.py", "log.jsonl", "--key", key]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    again = hub("audit", "export", str(folder), data=place)
    assert again.returncode == 2
    assert "expected a new folder" in again.stderr


def test_a_row_changed_behind_the_hub_is_named_and_the_code_is_1(place: Path) -> None:
    assert hub("audit", "verify", data=place).returncode == 0
    with sqlite3.connect(place / "hub.sqlite") as database:
        database.execute("UPDATE audit_entry SET action = 'circle.left' WHERE leaf_index = 7")
    found = hub("audit", "verify", "--json", data=place)
    assert found.returncode == 1
    verdict = json.loads(found.stdout)
    assert (verdict["ok"], verdict["faults"][0]["index"], verdict["faults"][0]["code"]) == (False, 7, "changed")
    assert "entry 7" in hub("audit", "verify", data=place).stdout.splitlines()[0]


def test_erasing_needs_a_closed_access_and_adopting_a_restored_database(place: Path) -> None:
    assert hub("audit", "erase", "nobody@example.test", "--yes", data=place).returncode == 2
    refused = hub("audit", "erase", FOUND[3], "--yes", data=place)
    assert refused.returncode == 2
    assert "still_active" in refused.stderr
    assert hub("audit", "adopt-restored", data=place).returncode == 2
