"""Machines ask for their rounds every few seconds, for years: rounds that are over must not make that dearer."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.test_handing_in import ask


def test_a_round_more_that_is_over_costs_no_question_more(bench: Bench) -> None:
    bench.released("2026-q1", metrics=["MET-LST-01"])
    bench.released("2026-q2", metrics=["MET-LST-03"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            ask(bench, "alfa", "shares", "rounds")
        return len(questions)

    ask(bench, "alfa", "shares", "rounds")  # the token's use is noted once a minute
    before = asked()
    third = bench.released("2026-q3", metrics=["MET-BLK-05"])
    assert asked() == before
    found = ask(bench, "alfa", "shares", "rounds").json()["rounds"]
    assert {(one["id"], one["state"]) for one in found} == {
        ("2026-q1", "released"),
        ("2026-q2", "released"),
        (third.pk, "released"),
    }
    assert {one["seq"] for one in found} == {1}
