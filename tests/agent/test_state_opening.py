"""The agent's memory is opened by the running agent and by commands at the same moment, also when it is not there yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.database import open_database

AT_ONCE, TIMES = 8, 25


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


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_text("not a database at all, but long enough to be looked at as one " * 20)
    with pytest.raises(AgentError, match="damaged"):
        open_database(path)
