"""Days of a coalition in one process, with everything that fails; and the faults that such days must bring to light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.effort import LONG, seed, tries
from tests.figures import figure

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS, DAYS = tries(short=2, long=10), tries(short=4, long=30)
BUGS = {  # each fault, and what is said when it comes to light
    "one-organisation": "and was approved by",
    "unpublished-ends": "its end was known",
    "forgetful-log": "entries signal.approved",
    "lost-commit": "",
    "clock-positions": "",
    "older-heads": "took a head older than",
    "believing-agent": "",
    "forgetful-agent": "its end was known",
    "deaf-agent": "its end was known",
}
CRASHES = ("lost-commit", "clock-positions")  # the hub itself notices
TRIED = tuple(BUGS) if LONG else ("one-organisation", "unpublished-ends", "forgetful-agent")
SOUGHT_IN, SOUGHT_FOR = "1-6", 12
"""Seeds and days in which each fault must come to light."""


def simulate(*arguments: object) -> tuple[list[dict[str, Any]], str]:
    """What came of the stories, and what was said of broken promises."""
    command = [sys.executable, "-m", "tests.simulator", "--json", *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=3600, check=False)
    assert done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout), done.stderr


def test_no_promise_breaks_in_many_days_of_everything_that_fails() -> None:
    first = seed()
    found, said = simulate("--seeds", f"{first}-{first + SEEDS - 1}", "--days", DAYS)
    assert [one for one in found if one["broken"]] == [], said
    names = ("acts", "rounds", "deaths", "lies", "lost_requests", "acknowledged")
    total = {name: sum(one[name] for one in found) for name in names}
    assert total["deaths"] > SEEDS
    assert all(one["blocked"] for one in found)
    figure("survival.simulator", stories=len(found), days=len(found) * DAYS, broken=0, **total)


@pytest.fixture(scope="module")
def sought() -> tuple[list[dict[str, Any]], str]:
    """All faults, each in a fork of one program."""
    return simulate("--seeds", SOUGHT_IN, "--days", SOUGHT_FOR, *(word for bug in TRIED for word in ("--bug", bug)))


@pytest.mark.parametrize("bug", TRIED)
def test_a_planted_fault_comes_to_light_and_can_be_played_again(
    sought: tuple[list[dict[str, Any]], str], bug: str
) -> None:
    """The proof that the test above can fail."""
    found, said = [one for one in sought[0] if one["bug"] == bug], sought[1]
    broken = found[-1]["broken"]
    assert broken
    assert BUGS[bug] in broken[0]
    assert bug in CRASHES or "the program broke" not in broken[0], "any crash would do, expected a promise that broke"
    again = f"--seeds {found[-1]['seed']} --days {SOUGHT_FOR} --bug {bug}"
    assert f"play it again: PYTHONPATH=src .venv/bin/python -m tests.simulator {again}" in said
    figure(f"survival.simulator_finds_{bug.replace('-', '_')}", stories=len(found), days=SOUGHT_FOR)
