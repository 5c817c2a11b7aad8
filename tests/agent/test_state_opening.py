"""The agent's memory is opened by the running agent and by commands at the same moment, also when it is not there yet."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.database import STEPS, open_database
from skyddsnat.agent.state.lists import Status
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.packing import pack
from skyddsnat.policy.course import Phase
from tests.agent.conftest import Site

AT_ONCE, TIMES = 8, 25
COURSE = ("phase", "observed", "mixed_scripts", "url_as_domain")


def test_many_open_a_new_memory_at_once_and_all_get_it(tmp_path: Path) -> None:
    for number in range(TIMES):
        path, ready = tmp_path / f"{number}.sqlite", Barrier(AT_ONCE)

        def open_together(_: int, path: Path = path, ready: Barrier = ready) -> str:
            ready.wait()
            connection = open_database(path)
            mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
            connection.close()
            return mode

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert set(pool.map(open_together, range(AT_ONCE))) == {"wal"}


def test_an_older_memory_keeps_its_names_and_fetches_once_more_what_it_had_read_over(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    old = sqlite3.connect(path)
    for step in STEPS[:2]:
        old.executescript(step)
    old.execute("INSERT INTO collections VALUES('c', 900, 900, 1, 1)")
    for stix_id, name in (("indicator--1", "bad.test"), ("indicator--2", None)):
        old.execute(
            "INSERT INTO indicators VALUES('c', ?, 1, 1, ?, 'exact', 3, 'police', '', NULL, 'x')", [stix_id, name]
        )
    old.execute("PRAGMA user_version=2")
    old.commit()
    old.close()
    now = open_database(path)
    assert now.execute("SELECT stix_id, name, digest FROM indicators").fetchall() == [
        ("indicator--1", "bad.test", None)
    ]
    assert now.execute("SELECT position, seen_position FROM collections").fetchall() == [(0, 900)]


def test_lists_of_an_older_memory_are_not_called_proved_and_no_time_of_theirs_is_made_up(site: Site) -> None:
    data = site.folder / "data"
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.step()
    site.hub.verify("alfa-operator.test")
    agent.pull()
    agent.step()
    whole = {kept.version: pack(agent.state.lists.entries(kept.version)) for kept in agent.state.lists.kept()}
    agent.close()
    with closing(sqlite3.connect(data / "state.sqlite")) as old, old:  # back to layout 2, as the release before left it
        for (version,) in old.execute("SELECT version FROM lists").fetchall():  # those kept each list whole
            old.execute("UPDATE lists SET entries=? WHERE version=?", [whole[version], version])
        old.execute("UPDATE zones SET entries=?", [pack(())])
        old.execute("DROP INDEX hashes")
        old.execute("DROP INDEX left_out")
        for table in ("cores", "core_parts"):
            old.execute(f"DROP TABLE {table}")
        for table, columns in (
            ("lists", (*COURSE, "core", "less")),
            ("days", ("timed", "timely", "observed")),
            ("indicators", ("digest",)),
            ("zones", ("passed", "core", "less")),
        ):
            for column in columns:
                old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.execute("DROP TABLE updates")
        old.execute("DROP TABLE steps")
        old.execute("DELETE FROM notes WHERE key IN ('waiting', 'proving', 'timed_since', 'trial', 'hash_lists')")
        old.execute("PRAGMA user_version=2")
    agent = site.agent()
    assert {version: pack(agent.state.lists.entries(version)) for version in whole} == whole
    assert [(kept.status, kept.phase) for kept in agent.state.lists.kept()] == [
        (Status.HELD, Phase.HELD),
        (Status.LIVE, Phase.CANARY),
    ]
    assert agent.pull().reasons == ()
    assert agent.proof.waiting_since is None, "what is read once more is no news"
    hold = agent.status().list_hold
    assert hold is not None
    for person in ("Astrid Ek", "Bo Lind"):
        agent.decisions.approve(hold["version"], by=person)
    assert agent.state.notes.get(Notes.TIMED_SINCE) is not None


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_text("not a database at all, but long enough to be looked at as one " * 20)
    with pytest.raises(AgentError, match="damaged"):
        open_database(path)
