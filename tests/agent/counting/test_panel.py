"""The fixed-panel index: of what has been on every list since the base month began, and of nothing that came later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyddsnat.agent.counting.listed import ListsOfDays
from skyddsnat.agent.counting.panel import index_for, keep_up
from skyddsnat.agent.counting.store import CountedDay, CountStore, ResolverDay, day_number
from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList, Status
from skyddsnat.policy.course import Phase
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Observed
from skyddsnat.policy.vocabulary import Scope
from tests.agent.counting.conftest import Logs, bind

JANUARY, FEBRUARY, MARCH = (Period.read(f"2026-{number:02}") for number in (1, 2, 3))
OLD = "old.test", "steady.test"


@dataclass(slots=True)
class Operator:
    """Counted days and lists, both as the agent keeps them."""

    store: CountStore
    state: State
    lists: int = 0

    def publish(self, at: datetime, *names: str, scope: Scope = Scope.SUBDOMAINS, observed: bool = False) -> None:
        self.lists += 1
        self.state.lists.retire_live()
        made = replace(kept(f"{self.lists:064}", at), observed=observed)
        self.state.lists.put(made, [Listed(name, scope) for name in names])

    def counted(self, month: Period, hits: Mapping[str, int], *, resolver: str = "bind-1", days: int = 31) -> None:
        """The same each day."""
        first, last = day_number(month.first_day), day_number(month.last_day)
        numbers = range(first, last + 1)[:days]
        found = [counted_day(number, hits, resolver) for number in numbers]
        self.store.save(found, horizon=last, readings={}, added={})

    def follow(self, now: datetime) -> None:
        keep_up(self.store, ListsOfDays(self.state.lists, now=now), now=now)

    def index(self, month: Period, observed: Observed | None = None) -> int | str:
        value, why = index_for(self.store, month, observed=lambda _: observed)
        return why if value is None else value


def kept(version: str, at: datetime) -> KeptList:
    return KeptList(
        version=version,
        status=Status.LIVE,
        phase=Phase.LIVE,
        observed=False,
        compiled_at=at,
        published_at=at,
        approved=False,
        size=2,
        added=0,
        removed=0,
        reasons=(),
        unknown_ceilings=0,
        unreadable=0,
        mixed_scripts=0,
        url_as_domain=0,
        allow_conflicts=0,
        decided_by=None,
    )


def counted_day(number: int, hits: Mapping[str, int], resolver: str) -> CountedDay:
    whole = sum(hits.values())
    return CountedDay(
        day=number,
        lookups=whole,
        clients=1,
        version="v",
        versions=("v",),
        size=2.0,
        resolvers=(
            ResolverDay(
                resolver=resolver,
                lines=whole + 1,
                hits=whole,
                lookups=whole,
                elsewhere=0,
                passed=0,
                canaries=1,
                ignored=0,
                unparsed=0,
                hours=24,
                queries=None,
            ),
        ),
        entries={name: (count, count) for name, count in hits.items()},
    )


def at(month: int, day: int, hour: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """With a list since December."""
    with closing(CountStore.open(tmp_path)) as store, closing(State.open(tmp_path)) as state:
        made = Operator(store, state)
        made.publish(datetime(2025, 12, 20, tzinfo=UTC), *OLD)
        yield made


def year(operator: Operator) -> Operator:
    """January as it was; in February a new entry is asked for a great deal, and an old one half as often again."""
    operator.counted(JANUARY, {"old.test": 10, "steady.test": 10})
    operator.follow(at(2, 1))
    operator.publish(at(2, 3), *OLD, "new.test")
    operator.counted(FEBRUARY, {"old.test": 20, "steady.test": 10, "new.test": 1000})
    operator.follow(at(3, 1))
    return operator


def test_the_base_month_is_a_hundred_and_what_came_later_does_not_count(operator: Operator) -> None:
    year(operator)
    assert operator.index(JANUARY) == 100
    assert operator.index(FEBRUARY) == 150, "by the day: February is shorter"
    found = operator.store.panels.month(FEBRUARY)
    assert found is not None
    assert found.entries == 2


def test_an_entry_that_left_counts_neither_then_nor_now_and_a_closed_month_stays(operator: Operator) -> None:
    year(operator)
    operator.publish(at(3, 9), "steady.test", "new.test")
    operator.publish(at(3, 11), *OLD, "new.test")  # back again: it was not listed throughout
    operator.counted(MARCH, {"old.test": 500, "steady.test": 20})
    operator.follow(at(4, 1))
    assert operator.index(MARCH) == 200
    assert operator.index(FEBRUARY) == 150


def test_a_name_whose_reach_has_changed_is_another_entry(operator: Operator) -> None:
    operator.counted(JANUARY, {"old.test": 10, "steady.test": 10})
    operator.follow(at(2, 1))
    operator.publish(at(2, 9), *OLD, scope=Scope.EXACT)
    operator.counted(FEBRUARY, {"old.test": 10, "steady.test": 10})
    operator.follow(at(3, 1))
    assert "fewer than twenty" in str(operator.index(FEBRUARY))


def test_a_list_of_the_next_month_does_not_reach_back(operator: Operator) -> None:
    """The first run of February comes after a list of February."""
    operator.publish(at(2, 1, hour=0) + timedelta(minutes=10), "steady.test")
    operator.counted(JANUARY, {"old.test": 10, "steady.test": 10})
    operator.follow(at(2, 1))
    found = operator.store.panels.month(JANUARY)
    assert found is not None
    assert (found.entries, found.hits) == (2, 620)


def test_a_month_is_closed_when_its_last_day_is_counted_for_good(operator: Operator) -> None:
    operator.counted(JANUARY, {"old.test": 10})
    operator.follow(at(2, 20))
    assert operator.index(FEBRUARY) == "no panel of entries was followed to the end of this month"


@pytest.mark.parametrize("days", [0, 25])
def test_a_month_that_was_hardly_counted_is_no_measure_and_the_next_one_is_the_base(
    operator: Operator, days: int
) -> None:
    operator.counted(JANUARY, {"old.test": 100}, days=days)
    operator.follow(at(2, 1))
    operator.counted(FEBRUARY, {"old.test": 10})
    operator.counted(MARCH, {"old.test": 20})
    operator.follow(at(4, 1))
    assert operator.store.panels.month(JANUARY) is None
    assert (operator.index(FEBRUARY), operator.index(MARCH)) == (100, 200)


def test_a_list_that_only_observed_is_no_beginning(operator: Operator) -> None:
    operator.publish(datetime(2025, 12, 22, tzinfo=UTC), *OLD, observed=True)
    operator.publish(at(1, 20), *OLD)
    operator.follow(at(2, 2))
    assert [str(panel.base) for panel in operator.store.panels.open_panels()] == ["2026-02"]


def test_the_panel_begins_with_the_first_whole_month_of_an_agent_and_ends_with_the_year(tmp_path: Path) -> None:
    with closing(CountStore.open(tmp_path)) as store, closing(State.open(tmp_path)) as state:
        mine = Operator(store, state)
        mine.publish(at(10, 5), *OLD)
        mine.follow(at(10, 20))
        assert store.panels.open_panels() == []
        for number in (10, 11, 12):
            mine.counted(Period.read(f"2026-{number}"), {"old.test": 10 * number})
            mine.follow(datetime(2026, 12, 31, tzinfo=UTC) if number == 12 else at(number + 1, 1))
        mine.follow(datetime(2027, 1, 1, 2, tzinfo=UTC))
        assert mine.index(Period.read("2026-11")) == 100
        assert mine.index(Period.read("2026-12")) == 109
        assert [str(panel.base) for panel in store.panels.open_panels()] == ["2027-01"], "last year's names are gone"


@pytest.mark.parametrize("word", [Observed.SOME, Observed.ALL])
def test_no_index_beside_days_that_were_only_observed(operator: Operator, word: Observed) -> None:
    assert "only observed for a while" in str(year(operator).index(FEBRUARY, word))


def test_no_index_of_few_days_few_hits_or_other_resolvers(operator: Operator) -> None:
    operator.counted(JANUARY, {"old.test": 10})
    operator.follow(at(2, 1))
    operator.counted(FEBRUARY, {"old.test": 10}, days=25)
    operator.follow(at(3, 1))
    operator.counted(MARCH, {"old.test": 10}, resolver="unbound-1")
    operator.follow(at(4, 1))
    april = Period.read("2026-04")
    operator.counted(april, {"new.test": 10})
    operator.follow(at(5, 1))
    assert "too few counted days" in str(operator.index(FEBRUARY))
    assert "other resolvers" in str(operator.index(MARCH))
    assert "fewer than twenty" in str(operator.index(april))


def test_what_is_kept_of_the_year_is_names_that_are_listed_and_sums(operator: Operator, tmp_path: Path) -> None:
    (panel,) = (year(operator), operator.store.panels.open_panels())[1]
    assert panel.entries == {f"{name} subdomains" for name in OLD}
    columns = {row[1] for row in operator.store._db.execute("PRAGMA table_info(index_months)")}
    assert columns == {"period", "base", "entries", "base_hits", "hits", "base_days", "days", "same_resolvers"}


def test_each_run_of_count_keeps_the_panel_up(logs: Logs) -> None:
    logs.write("bind-1", *(bind(logs.at(), f"192.0.2.{client}", "wild.test") for client in range(100, 147)))
    now = datetime.now(UTC)
    logs.count(now=now)
    with closing(CountStore.open(logs.site.folder / "data")) as store:
        (panel,) = store.panels.open_panels()
    assert panel.base.first_day == now.date().replace(day=1)
    assert "wild.test subdomains" in panel.entries
