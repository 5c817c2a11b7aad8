"""Members that report the same thing at the same moment: on SQLite in a file, or on the PostgreSQL of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection

from tests import prepared

ROOT = Path(__file__).parents[4]


@pytest.fixture
def database(db: None, tmp_path: Path) -> str:
    """The URL of an empty database that several connections can share."""
    if connection.vendor == "sqlite":
        prepared.lay(tmp_path / "crowd.sqlite")
        return f"sqlite:{tmp_path / 'crowd.sqlite'}"
    import psycopg

    where, name = connection.settings_dict, f"crowd_{uuid4().hex[:8]}"
    asked = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **asked) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {prepared.template(where) or 'template1'}")
    account = f"{quote(where['USER'])}:{quote(where['PASSWORD'])}"
    return f"postgresql://{account}@/{name}?host={quote(where['HOST'], safe='')}"


def crowd(database: str, *orders: str, limit: int = 5_000) -> dict[str, Any]:
    """What becomes of it when all hand in at once.  limit: reports that one member may hand in within an hour."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.signals.services.crowd", *orders],
        env={
            **os.environ,
            "SKYDDSNAT_DATABASE": database,
            "CROWD_LIMIT": str(limit),
            "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.test",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_two_members_at_once_give_one_signal_with_two_submissions(database: str) -> None:
    found = crowd(database, "alfa:lek.test", "beta:lek.test")
    assert found["faults"] == []
    assert sorted(found["outcomes"].values()) == [["corroborated"], ["created"]]
    assert found["signals"] == [["lek.test", "corroborated", "inform"]]
    assert found["submissions"] == [["lek.test", "alfa", 1], ["lek.test", "beta", 1]]


def test_long_lists_in_opposite_orders_neither_stop_each_other_nor_lose_a_row(database: str) -> None:
    values = [f"lek-{number:03d}.test" for number in range(900)]
    found = crowd(database, f"alfa:{','.join(values)}", f"beta:{','.join(reversed(values))}", f"gamma:{values[450]}")
    assert found["faults"] == []
    assert {member: len(told) for member, told in found["outcomes"].items()} == {"alfa": 900, "beta": 900, "gamma": 1}
    assert {tuple(signal[1:]) for signal in found["signals"]} == {("corroborated", "inform")}
    assert len(found["signals"]) == 900
    assert len(found["submissions"]) == 1801


def test_a_member_that_hands_in_to_two_circles_at_once_gets_no_more_than_its_hour(database: str) -> None:
    here, there = (",".join(f"{word}-{number}.test" for number in range(60)) for word in ("lek", "spel"))
    found = crowd(database, f"alfa:{here}", f"alfa:{there}:leads", limit=70)
    assert found["faults"] == []
    assert set(found["outcomes"]) == {"alfa", "alfa:leads"}
    assert len(found["submissions"]) == 70
    refused = [status for told in found["outcomes"].values() for status in told if status == "refused"]
    assert len(refused) == 50
