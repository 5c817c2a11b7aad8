"""What waits for someone is asked at each page, so its SQL is built once a process (docs/adr/0018)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.sql.compiler import SQLCompiler

from skyddsnat.hub.benchmark.queries.reminders import reminders
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.test_planning import AMBER

PEOPLE = (("solros", "coordinator"), ("solros", "auditor"), ("alfa", "benchmark_lead"), ("zonen", "engineer"))


def test_it_is_asked_again_without_building_sql(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.planned("plan", metrics=[AMBER])
    bench.opened("open", metrics=["MET-LST-03"])
    bench.say(bench.frozen("refused", metrics=["MET-BLK-05"]), 0, Kind.ABORTED)
    people = [bench.cast.person(*who) for who in PEOPLE]

    def waits() -> list[list[str]]:
        return [[f"{one.what} {one.about}" for one in reminders(person, now=bench.now)] for person in people]

    first = waits()
    assert all(first)

    def built(*_: Any, **__: Any) -> None:
        pytest.fail("a query was built for one page")

    monkeypatch.setattr(SQLCompiler, "as_sql", built)
    assert waits() == first
