"""A coalition's database of each earlier release comes up to this one, goes a step back and forth, and says what it said."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.figures import figure
from tests.prepared import prepared_file
from tests.programs import told
from tests.servers.postgres import cluster

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASES = sorted((Path(__file__).parent / "releases").glob("*.json"))


def upgraded(release: Path, database: str) -> dict[str, Any]:
    found: dict[str, Any] = told("-m", "tests.survival.upgrade", release, environment={"SKYDDSNAT_DATABASE": database})
    return found


def tables(file: Path) -> list[tuple[str, str]]:
    """Names of tables and indexes, and how they were made."""
    with closing(sqlite3.connect(file)) as database:
        return sorted(database.execute("SELECT name, coalesce(sql, '') FROM sqlite_master"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def test_every_page_and_feed_says_what_it_said(release: Path, kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        found = upgraded(release, f"sqlite:{tmp_path / 'hub.sqlite'}")
        assert tables(tmp_path / "hub.sqlite") == tables(prepared_file()), "those of a new coalition"
    else:
        with cluster() as url:
            found = upgraded(release, url)
    assert found["differences"] == []
    assert {"audit.0004_indexes_that_are_asked", "feed.0004_plain_columns_removed"} <= set(found["undone"])
    assert found["differences_afterwards"] == [], "one migration back, and forth again"
    assert found["pages"] == []
    figure(f"survival.upgrade_{release.stem.replace('.', '_')}_{kind}", rows=found["rows"], differences=0)


def test_there_is_a_database_of_each_release_to_come_from() -> None:
    """Whoever cuts a release keeps what its own code wrote and answered, for the upgrade to the next: `releases/VERSION.json`."""
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    told = re.findall(r"^## (\d+\.\d+\.\d+)$", changes, re.MULTILINE)
    assert told
    assert {path.stem for path in RELEASES} == set(told)
