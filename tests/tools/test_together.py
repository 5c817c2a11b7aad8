"""What the suite's processes share, seen in a run of two."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import pytest

from tests.together import HALVES_OF_THE_WALK, JOURNEYS, WALK, group_of, walk_next

ROOT = Path(__file__).resolve().parents[2]
WHOLE, FREE = "tests/catalogue/test_shipped_data.py", "tests/catalogue/test_grid.py"
DONE = re.compile(r"^\[(gw\d)\].*PASSED (\S+?)::", re.MULTILINE)


def test_tests_that_share_a_fixture_of_their_file_run_in_one_process() -> None:
    line = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    done = subprocess.run([*line, WHOLE, FREE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    ran = set(DONE.findall(done.stdout))
    assert {file for _, file in ran} == {WHOLE, FREE}
    assert len([process for process, file in ran if file == WHOLE]) == 1
    assert len({process for process, _ in ran}) == 2, "the other process had work too"


def test_the_journeys_share_one_demo() -> None:
    def groups(*names: str) -> set[str]:
        return {group_of(f"tests/journeys/test_{name}.py::test_x[sv]") for name in names}

    assert groups("desk", "signals", "demo", "learning", "two_demos") == {"journeys"}
    walk = [group_of(f"{WALK}::test_x[{half}-sv]") for half in ("first", "second")]
    assert len({*walk, *groups("payloads"), "journeys"}) == 4, "they need no running demo"
    assert group_of(f"{FREE}::test_x") != group_of(f"{FREE}::test_y")


@pytest.mark.parametrize("done", [True, False])
def test_the_walk_comes_next_as_soon_as_the_journeys_are_over(done: bool) -> None:
    """Its halves in their order, before what is left, and after it while a journey goes on or none has begun."""
    rest = [group_of(f"{FREE}::test_{name}") for name in "xy"]
    queue = OrderedDict((group, {group: False}) for group in (*rest, *HALVES_OF_THE_WALK))
    walk_next(queue, [{rest[0]: {rest[0]: False}}, {JOURNEYS: {"one": True, "other": done}}])
    assert [*queue] == ([*HALVES_OF_THE_WALK, *rest] if done else [*rest, *HALVES_OF_THE_WALK])


def test_the_walk_waits_for_journeys_that_nobody_has_taken_yet() -> None:
    queue = OrderedDict((group, {group: False}) for group in (JOURNEYS, "x", *HALVES_OF_THE_WALK))
    walk_next(queue, [])
    assert [*queue] == [JOURNEYS, "x", *HALVES_OF_THE_WALK]
    del queue[JOURNEYS]  # where the journeys were left out, or have let their group go
    walk_next(queue, [{}])
    assert [*queue] == [*HALVES_OF_THE_WALK, "x"]


def test_what_waits_begins_beside_what_computes_and_the_journeys_before_all() -> None:
    """Whatever order pytest-django would have: all that asks the database first, and what waits all at one time."""
    journey, waits, computes = (
        "tests/journeys/test_tokens.py",
        "tests/survival/test_agent_in_want.py",
        "tests/hub/test_paging.py",
    )
    line = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*line, WALK, FREE, computes, waits, journey], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = [test.partition("::")[0] for test in done.stdout.splitlines() if "::" in test]
    assert [*dict.fromkeys(files)] == [journey, waits, computes, FREE, WALK], done.stdout[-3000:]
    mixed = [file for file in files if file in {waits, computes}]
    assert mixed.index(computes) < len(mixed) - mixed[::-1].index(waits), (
        "some that compute come between those that wait"
    )
