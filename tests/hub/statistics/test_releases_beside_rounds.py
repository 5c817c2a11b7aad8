"""A joint figure and a benchmark round of the same days never tell together what neither may tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.benchmark.models import PeerGroup, Round, Statement
from skyddsnat.hub.benchmark.queries import quartiles
from skyddsnat.hub.benchmark.services import freezing
from skyddsnat.hub.members.queries import wait_for_turn
from skyddsnat.hub.statistics import services
from skyddsnat.hub.statistics.models import Release
from skyddsnat.hub.statistics.services import releases
from skyddsnat.policy.benchmark.disclosure import ItemKind
from skyddsnat.policy.benchmark.planning import Organisation
from skyddsnat.policy.vocabulary import MemberKind
from skyddsnat.protocols.benchmark import canonical
from skyddsnat.protocols.benchmark.statement import Kind
from tests.cast import Cast
from tests.hub.benchmark.conftest import Bench, make_bench
from tests.hub.statistics.conftest import LOOKUPS, VALUES, Stats, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return make_bench(cast)


def test_quartiles_of_a_small_round_hold_the_total_back(stats: Stats, monkeypatch: pytest.MonkeyPatch) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    asked = []

    def seven(metric: str, first: date, last: date) -> int:
        asked.append((metric, first, last))
        return 7

    monkeypatch.setattr("skyddsnat.hub.statistics.services.releases.quartiles_from", seven)
    assert stats.release(series, "2026-01").shown == Release.Shown.HELD
    assert asked == [(LOOKUPS, date(2026, 1, 1), date(2026, 1, 31))]


def a_round(stats: Stats, **facts: object) -> Round:
    group = PeerGroup.objects.create(id="g", name="G", created_at=stats.now)
    made: Round = Round.objects.create(
        id="q1",
        title_sv="Q1",
        title_en="Q1",
        group=group,
        owner_id="solros",
        first_day=date(2026, 1, 1),
        last_day=date(2026, 3, 31),
        deadline=stats.now,
        state_since=stats.now,
        planned_by=stats.coordinator,
        planned_at=stats.now,
        **facts,
    )
    return made


def test_a_round_opens_no_total_of_days_of_which_a_joint_figure_was_shown(stats: Stats) -> None:
    eight = [Organisation(f"m{n}", f"m{n}", MemberKind.OPERATOR) for n in range(8)]
    round_ = a_round(stats, metrics=[LOOKUPS], totals=True)

    def totals() -> list[str]:
        asked = freezing.items_of(round_, eight, today=date(2026, 11, 28))
        return [item.id for item in asked if item.kind is ItemKind.AMOUNT]

    assert totals() == [f"{LOOKUPS}.amount"]
    series = stats.ready()
    stats.all_in("2026-01", VALUES | {"alfa": 900_000})
    stats.release(series, "2026-01")
    assert totals() == [f"{LOOKUPS}.amount"], "what was held back tells nothing"
    stats.all_in("2026-03")
    services.withdraw(stats.coordinator, stats.release(series, "2026-03"), now=stats.now)
    assert totals() == []


def test_no_joint_figure_is_decided_while_a_round_is_about_to_open_a_total(
    stats: Stats, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [SimpleNamespace(id=f"{LOOKUPS}.amount", kind=ItemKind.AMOUNT)]
    monkeypatch.setattr(Round, "specification", SimpleNamespace(items=items))
    round_ = a_round(stats, spec="{}", state=Round.State.OPEN)
    series = stats.ready()
    stats.all_in("2026-01")
    with refused("round_under_way"):
        stats.release(series, "2026-01")
    Round.objects.filter(pk=round_.pk).update(state=Round.State.ABORTED, abort=Round.AbortCode.TIME_LIMIT)
    assert stats.release(series, "2026-01").total == sum(VALUES.values())


def test_a_round_that_was_stopped_with_shares_of_its_total_holds_the_joint_one_back(stats: Stats) -> None:
    round_ = a_round(stats, spec="{}", state=Round.State.ABORTED, abort=Round.AbortCode.TIME_LIMIT)
    body = {"statement": {"body": {"opened": {f"{LOOKUPS}.amount/members": "1", f"{LOOKUPS}.amount/sum": "2"}}}}
    Statement.objects.create(
        round=round_, party=0, kind=Kind.OUTPUT.value, text=canonical.dumps(body).decode(), at=stats.now
    )
    series = stats.ready()
    stats.all_in("2026-01")
    assert stats.release(series, "2026-01").shown == Release.Shown.HELD


def noted(steps: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def act(*rest: Any, **named: Any) -> Any:
        steps.append(name)
        return real(*rest, **named)

    return act


def test_a_release_and_a_round_look_at_each_other_one_after_the_other(
    stats: Stats, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = stats.ready()
    stats.all_in("2026-01")
    bench.planned()
    for decide, module, looks in (
        (lambda: stats.release(series, "2026-01"), releases, "total_under_way"),
        (lambda: freezing.freeze(bench.coordinator, "2026-q3", now=bench.now), freezing, "specification_of"),
    ):
        steps: list[str] = []
        for name in ("wait_for_turn", looks):
            monkeypatch.setattr(module, name, noted(steps, name, getattr(module, name)))
        decide()
        assert steps == ["wait_for_turn", looks]


def test_whoever_waits_for_a_turn_holds_the_coalitions_row(stats: Stats) -> None:
    with CaptureQueriesContext(connection) as asked:
        wait_for_turn()
    (query,) = asked.captured_queries
    assert "members_coalition" in query["sql"]
    # SQLite lets one transaction write at a time, and ours begin as writers.
    assert ("FOR NO KEY UPDATE" in query["sql"]) is connection.features.has_select_for_update


def test_without_rounds_there_are_no_quartiles(stats: Stats) -> None:
    assert quartiles.quartiles_from(LOOKUPS, date(2026, 1, 1), date(2026, 1, 31)) is None
