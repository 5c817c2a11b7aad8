"""For how much of a period nothing was stopped, by the agent's own looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from skyddsnat.agent.state import State
from skyddsnat.agent.state.database import open_database
from skyddsnat.agent.state.days import DayState, Look
from skyddsnat.policy.statistics.words import Observed
from tests.agent.conftest import Site, unused_endpoint

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[DayState]:
    with closing(State.open(tmp_path)) as state:
        yield state.days


def observed(mine: DayState) -> Observed | None:
    return mine.observed(FIRST, LAST)


def test_without_a_look_nothing_is_known(mine: DayState) -> None:
    mine.add(Look(observed=1), day=FIRST - timedelta(days=1))
    assert observed(mine) is None


def test_a_period_is_observed_not_at_all_in_part_or_throughout(mine: DayState) -> None:
    mine.add(Look(), day=FIRST)
    assert observed(mine) is Observed.NONE
    mine.add(Look(observed=1), day=LAST)
    assert observed(mine) is Observed.SOME
    assert mine.observed(LAST, LAST) is Observed.ALL
    mine.add(Look(), day=LAST)
    assert mine.observed(LAST, LAST) is Observed.SOME, "it began to block that day"


def test_a_day_from_before_it_was_noted_is_not_known(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "state.sqlite")) as old:
        old.execute(
            "INSERT INTO days(day, looks, resolvers, current, canaries, answered) VALUES('2026-10-01', 9, 9, 9, 9, 9)"
        )
    with closing(State.open(tmp_path)) as state:
        state.days.add(Look(), day=FIRST)
        assert observed(state.days) is None
        state.days.add(Look(observed=1), day=LAST)
        assert observed(state.days) is Observed.SOME


def test_the_running_agent_notes_it(site: Site) -> None:
    site.configure(action='"observe"')
    nobody = unused_endpoint()
    with site.config_file.open("a") as out:
        out.write(f'\n[[resolver]]\nname = "gone"\naddress = "{nobody.address}"\nport = {nobody.port}\n')
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    agent.step()
    agent.verify()
    today = agent.clock().date()
    assert agent.state.days.observed(today, today) is Observed.ALL
