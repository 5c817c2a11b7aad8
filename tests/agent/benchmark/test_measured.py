"""What the agent counts by itself: from its own looks at the resolvers, for the days of the period, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from skyddsnat.agent.benchmark.measured import measure
from skyddsnat.agent.state import State
from skyddsnat.agent.state.database import SCHEMA, SCHEMA_VERSION, open_database
from skyddsnat.agent.state.days import KEPT, Look
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.updates import Update
from skyddsnat.catalogue.loading import load_catalogue
from tests.agent.conftest import Site, unused_endpoint

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
METRICS = load_catalogue().metric_words.metrics
WANTED = frozenset({"MET-BLK-04", "MET-BLK-07", "MET-BLK-01", "MET-LEA-01"})


def memory(folder: Path, *, timed_since: date = FIRST) -> State:
    state = State.open(folder)
    state.notes.put(Notes.TIMED_SINCE, timed_since.isoformat())
    return state


def full_days(state: State, count: int = 91) -> None:
    for number in range(count):
        state.days.add(
            Look(resolvers=3, current=3, canaries=6, answered=6, timed=3, timely=3), day=FIRST + timedelta(days=number)
        )


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def test_two_shares_come_from_the_looks_and_the_rest_is_not_made_up(tmp_path: Path) -> None:
    state = memory(tmp_path)
    mine = state.days
    full_days(state)
    mine.add(Look(resolvers=3, current=2, canaries=6, answered=5), day=FIRST)
    for outside in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        mine.add(Look(resolvers=3, canaries=6), day=outside)
    found = measure(state, METRICS, wanted=WANTED, first=FIRST, last=LAST)
    assert found.values == {"MET-BLK-04": Decimal("99.6"), "MET-BLK-07": Decimal("99.82")}
    assert found.lacking == {"MET-BLK-01": "this agent does not measure it"}, "and MET-LEA-01 is no agent's to measure"


def test_a_tenth_of_the_days_may_lack_and_not_one_more(tmp_path: Path) -> None:
    state = memory(tmp_path)
    mine = state.days
    for number in range(81):
        mine.add(Look(resolvers=1, current=1, canaries=1, answered=1), day=FIRST + timedelta(days=number))
    assert measure(state, METRICS, wanted=WANTED, first=FIRST, last=LAST).values == {}
    mine.add(Look(resolvers=1, current=1, canaries=1, answered=1), day=LAST)
    assert set(measure(state, METRICS, wanted=WANTED, first=FIRST, last=LAST).values) == {"MET-BLK-04", "MET-BLK-07"}


TIMES = frozenset({"MET-LST-01", "MET-LST-02", "MET-LST-03", "MET-LST-04", "MET-LST-05", "MET-LST-06"})


def test_times_to_block_and_to_lift_come_from_what_was_proved(tmp_path: Path) -> None:
    state = memory(tmp_path)
    full_days(state)
    state.days.add(Look(timed=91 * 3, timely=0), day=LAST)
    for hours in range(1, 22):
        state.updates.add(Update.BLOCK, at=at(FIRST + timedelta(days=hours)), took=timedelta(hours=hours))
    for hours in (3, 4):
        state.updates.add(Update.LIFT, at=at(LAST), took=timedelta(hours=hours))
    state.updates.add(Update.HALT, at=at(LAST))
    for outside in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        for kind in Update:
            state.updates.add(kind, at=at(outside), took=timedelta(hours=600))
    found = measure(state, METRICS, wanted=TIMES, first=FIRST, last=LAST)
    assert found.values == {
        "MET-LST-01": Decimal("11.0"),
        "MET-LST-02": Decimal("20.0"),
        "MET-LST-03": Decimal("3.5"),
        "MET-LST-04": Decimal("50.00"),
        "MET-LST-05": Decimal(1),
    }
    assert found.lacking == {"MET-LST-06": "this agent does not measure it"}


def test_too_few_updates_give_no_figure_and_no_halt_is_one(tmp_path: Path) -> None:
    state = memory(tmp_path)
    full_days(state)
    for _ in range(19):
        state.updates.add(Update.BLOCK, at=at(LAST), took=timedelta(seconds=2))
    found = measure(state, METRICS, wanted=TIMES, first=FIRST, last=LAST)
    assert found.values["MET-LST-01"] == Decimal("0.0")
    assert found.values["MET-LST-05"] == 0
    assert "19 updates" in found.lacking["MET-LST-02"]
    assert "0 updates" in found.lacking["MET-LST-03"]


def test_days_before_updates_were_timed_give_no_times(tmp_path: Path) -> None:
    """A memory of the release before has looks of those days and no halts: none counted is not none."""
    state = memory(tmp_path, timed_since=FIRST + timedelta(days=20))
    full_days(state)
    found = measure(state, METRICS, wanted=TIMES | WANTED, first=FIRST, last=LAST)
    assert set(found.values) == {"MET-BLK-04", "MET-BLK-07"}
    assert "71 of the period's 91 days" in found.lacking["MET-LST-05"]


def test_days_go_when_no_round_can_ask_for_them_any_more(tmp_path: Path) -> None:
    mine = memory(tmp_path).days
    mine.add(Look(resolvers=1), day=FIRST)
    mine.add(Look(resolvers=1), day=FIRST + KEPT)
    assert mine.between(FIRST, FIRST + KEPT)[0] == 2
    mine.add(Look(resolvers=1), day=FIRST + KEPT + timedelta(days=1))
    assert mine.between(FIRST, FIRST + KEPT)[0] == 1


def test_each_look_of_the_running_agent_counts_for_its_day(site: Site) -> None:
    nobody = unused_endpoint()
    text = site.config_file.read_text() + (
        f'\n[[resolver]]\nname = "gone"\naddress = "{nobody.address}"\nport = {nobody.port}\n'
    )
    site.config_file.write_text(text)
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.step()
    agent.verify()
    agent.verify()
    today = agent.clock().date()
    assert agent.state.days.between(today, today) == (
        1,
        Look(resolvers=2, current=0, canaries=4, answered=0, timed=2, timely=0),
    )


def test_a_memory_of_the_release_before_is_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(sqlite3.connect(path)) as old, old:
        for statement in SCHEMA.split(";\n"):
            old.execute(statement)
        old.execute("INSERT INTO notes VALUES('generation', '7')")
        old.execute("PRAGMA user_version=1")
    with closing(open_database(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert connection.execute("SELECT value FROM notes").fetchone() == ("7",)
        assert connection.execute("SELECT COUNT(*) FROM days").fetchone() == (0,)
