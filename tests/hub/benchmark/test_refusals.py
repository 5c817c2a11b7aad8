"""Refusals that no other test of a round comes by, and that none is without a test."""

from __future__ import annotations

import re

import pytest

from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import PeerGroup
from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.protocols.benchmark.statement import Fault
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.test_evidence import code_of
from tests.servers.hub import REPOSITORY

RAISED = re.compile(r'(?:PolicyRefusal|BadRound|Refused|SealError|ValueRefused|ComputationFailed)\(\s*"([a-z_]+)"')
PLACES = ("hub/benchmark", "protocols/benchmark", "party", "mpc")


@pytest.mark.parametrize("name", ["Q 3", "", "2026/q3", "q" * 41, "../etc"])
def test_a_name_that_could_not_be_a_rounds_is_refused(bench: Bench, name: str) -> None:
    assert code_of(lambda: bench.planned(name)) == "bad_round_id"


def test_a_group_that_was_closed_plans_no_round(bench: Bench) -> None:
    PeerGroup.objects.filter(pk=bench.group.pk).update(closed_at=bench.now)
    bench.group.refresh_from_db()
    assert code_of(lambda: bench.planned()) == "group_closed"


def test_there_is_nothing_to_take_back_from_a_draft_or_once_all_have_signed(bench: Bench) -> None:
    round_ = bench.planned()
    assert code_of(lambda: services.take_back(bench.coordinator, round_.pk, now=bench.now)) == "not_frozen"


def test_titles_that_could_not_be_read_back_are_never_fixed(bench: Bench) -> None:
    round_ = bench.planned()
    type(round_).objects.filter(pk=round_.pk).update(title_sv="x\u2028y")
    assert code_of(lambda: services.freeze(bench.coordinator, round_.pk, now=bench.now)) == "bad_specification"


def test_every_code_that_can_be_told_is_asked_for_by_a_test() -> None:
    """So that a new refusal comes with a test that has seen it."""
    shipped = REPOSITORY / "src" / "skyddsnat"
    codes = {
        code
        for place in PLACES
        for path in (shipped / place).rglob("*.py")
        for code in RAISED.findall(path.read_text())
    }
    codes |= {*map(str, Abort), *map(str, Fault)}
    tests = "\n".join(path.read_text() for path in (REPOSITORY / "tests").rglob("*.py"))
    assert len(codes) > 70
    assert [code for code in sorted(codes) if f'"{code}"' not in tests] == []
