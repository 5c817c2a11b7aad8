"""An end by date, and what a command did beside, cost the running agent what has changed, and no look at the whole list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.agent import plan
from skyddsnat.agent.ends import Ends
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.state.feed import FeedState
from skyddsnat.agent.state.packing import to_us
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Row
from tests.agent.deciding import Running, in_force, take

START = datetime(2026, 8, 1, 12, tzinfo=UTC)


@contextmanager
def whole_looks() -> Iterator[mock.Mock]:
    """How often all that is held is read for a list."""
    with mock.patch.object(FeedState, "rows", autospec=True, side_effect=FeedState.rows) as looks:
        yield looks


def test_what_ends_leaves_the_list_without_a_look_at_the_others(running: Running) -> None:
    site, agent, ids = running
    now = site.clock()
    site.hub.verify("first.test", until=now + timedelta(minutes=10))
    site.hub.verify("second.test", until=now + timedelta(minutes=20))
    assert take(agent) is Outcome.PUBLISHED
    with whole_looks() as looks:
        site.clock.move(minutes=11)
        assert agent.step().outcome is Outcome.PUBLISHED
        assert in_force(agent) == {*ids, "second.test"}
        site.clock.move(minutes=10)
        assert agent.step().outcome is Outcome.PUBLISHED
    assert in_force(agent) == {*ids}
    assert looks.call_count == 0


def test_beyond_the_ends_that_are_known_all_is_looked_at(running: Running) -> None:
    site, agent, ids = running
    now = site.clock()
    for minutes in (10, 20, 30):
        site.hub.verify(f"in-{minutes}.test", until=now + timedelta(minutes=minutes))
    assert take(agent) is Outcome.PUBLISHED
    with mock.patch.object(plan, "KNOWN", 2), whole_looks() as looks:
        assert site.agent().planner.compile_anew()
        agent.planner.compile_anew()
        looks.reset_mock()
        site.clock.move(minutes=11)
        assert agent.step().outcome is Outcome.PUBLISHED
        assert looks.call_count == 0
        site.clock.move(minutes=20)
        assert agent.step().outcome is Outcome.PUBLISHED
        assert looks.call_count == 1
    assert in_force(agent) == {*ids}


def test_what_ended_by_a_clock_that_was_ahead_goes_on_when_it_is_set_right(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("goes-on.test", until=site.clock() + timedelta(minutes=20))
    assert take(agent) is Outcome.PUBLISHED
    site.clock.move(minutes=30)
    agent.step()
    assert in_force(agent) == {*ids}
    site.clock.move(minutes=-30)
    assert agent.step().outcome is Outcome.PUBLISHED
    assert in_force(agent) == {*ids, "goes-on.test"}


def test_after_a_lift_by_hand_the_next_change_is_no_look_at_the_whole(running: Running) -> None:
    site, agent, ids = running
    gone = min(ids)
    beside = site.agent()
    assert beside.decisions.lift(gone, by="Astrid Ek", reason="wrong").removed == 1
    with whole_looks() as looks:
        site.hub.verify("one-more.test")
        assert take(agent) is Outcome.PUBLISHED
        assert in_force(agent) == {*ids, "one-more.test"} - {gone}
        beside.decisions.unlift(gone, by="Astrid Ek")
        assert agent.step().outcome is Outcome.PUBLISHED
    assert in_force(agent) == {*ids, "one-more.test"}
    assert looks.call_count == 0


def test_what_another_process_takes_in_is_looked_at(running: Running) -> None:
    site, agent, ids = running
    site.hub.verify("taken-in-beside.test")
    assert site.agent().pull().reasons == ()
    assert agent.step().outcome is Outcome.PUBLISHED
    assert in_force(agent) == {*ids, "taken-in-beside.test"}


@given(
    st.lists(st.integers(1, 30), max_size=12),
    st.integers(1, 4),
    st.lists(st.one_of(st.integers(0, 9), st.tuples(st.integers(0, 11), st.integers(1, 30))), max_size=12),
)
def test_every_end_is_told_once_it_has_come_or_more_is_said_to_be_unknown(
    dates: list[int], known: int, later: list[int | tuple[int, int]]
) -> None:
    """Dates are minutes.  later: minutes that pass, or a row whose date becomes another."""
    now, rows = START, {str(number): START + timedelta(minutes=minutes) for number, minutes in enumerate(dates)}
    soonest = sorted((to_us(until), key) for key, until in rows.items())[:known]
    ends, ended = Ends(soonest, whole=len(soonest) < known), set[str]()
    for one in later:
        if isinstance(one, tuple):
            key, until = str(one[0]), now + timedelta(minutes=one[1])
            rows[key] = until
            ended.discard(key)
            ends.note({key: Row("a.test", Scope.EXACT, until)}, now)
        else:
            now += timedelta(minutes=one)
        quiet = ends.until()
        told = ends.passed(now)
        if told is None:
            return
        due = {key for key, until in rows.items() if until <= now}
        assert due - ended <= told
        assert not told or (quiet is not None and quiet <= now)
        ended |= due
        assert (left := ends.until()) is None or left > now
