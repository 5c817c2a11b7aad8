"""Complaints at the same moment are each taken in: on SQLite in a file, or on the PostgreSQL of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.hub.complaints.crowd import PAIRS
from tests.hub.signals.services.test_intake_at_once import ROOT, database

__all__ = ["database"]


@pytest.fixture
def found(database: str) -> dict[str, Any]:
    """What becomes of pairs of complaints that come at once."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.complaints.crowd"],
        env={
            **os.environ,
            "SKYDDSNAT_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.test",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_each_is_answered_once_and_a_name_has_one_open_case(found: dict[str, Any]) -> None:
    assert found == {"faults": [], "same": [1] * PAIRS, "cases": [1] * PAIRS}
