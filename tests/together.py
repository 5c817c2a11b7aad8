"""Which tests stay in one process and which begin first, where several processes share the suite (`--dist loadgroup`).

Tests that share something costly to make (the running demo, a fixture of their file) stay together, or each process would
make its own.  What takes long begins first, so that nothing long is left for one process alone at the end.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from enum import Enum, auto
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
JOURNEYS = "journeys"
"""The group of those who share the running demo."""
WALK = "tests/journeys/test_pages.py"
HALVES_OF_THE_WALK = (WALK, f"{WALK} second")
NO_DEMO = (WALK, "tests/journeys/test_payloads.py", "tests/journeys/test_axe.py")
"""What lies among the journeys and needs no running demo; the walk over all pages looks at one that has ended."""
LATER = ("tests/journeys/test_benchmarking.py", "tests/journeys/test_learning.py", "tests/journeys/test_two_demos.py")
"""Journeys that wait for what the demo does by itself meanwhile: the others come first."""
STARTS_PROGRAMS = ("tests/survival/", "tests/simulator/", "tests/cli/", "tests/demo/", "tests/tools/")
WALKS = ("tests/model/", "tests/hub/pages/test_headers.py", "tests/test_payloads_are_inert.py")
"""Where a single test walks every route, for a minute perhaps: begun last, it would be left for one process alone."""


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """xdist's own way of keeping groups together relies on names that pytest 9.2 no longer lets it change."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        walk_next(self.workqueue, self.assigned_work.values())
        super()._assign_work_unit(node)

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """How many tests are left; groups that are done are let go, or after each test all earlier ones are counted."""
        for group in [group for group, tests in workload.items() if all(tests.values())]:
            del workload[group]
        return int(super()._pending_of(workload))


type Group = Mapping[str, bool]
"""Of the tests of a group, whether they are done."""


def walk_next(queue: OrderedDict[str, Group], at_work: Iterable[Mapping[str, Group]]) -> None:
    """Once the journeys are over, the walk over what they leave comes next.

    It takes minutes, so left for last it would keep two processes waiting, and the others would have nothing to do beside it.
    queue: groups that nobody has yet, as they come.  at_work: of each process its groups.
    """
    if JOURNEYS in queue or any(not all(groups.get(JOURNEYS, {}).values()) for groups in at_work):
        return
    for half in reversed(HALVES_OF_THE_WALK):
        if half in queue:
            queue.move_to_end(half, last=False)


def group_of(nodeid: str) -> str:
    """What runs in one process with this test: itself alone, as a rule; the journeys share one running demo.

    The walk over all pages goes in two halves, each with its own copy of a hub.
    """
    file = nodeid.partition("::")[0]
    if file == WALK:
        return HALVES_OF_THE_WALK["[second-" in nodeid]
    if file.startswith("tests/journeys/") and file not in NO_DEMO:
        return JOURNEYS
    return file if shares_a_fixture(file) else nodeid


@cache
def shares_a_fixture(file: str) -> bool:
    """Whether the file makes something once for several of its tests."""
    return 'scope="module"' in (ROOT / file).read_text(encoding="utf-8")


def longest_first(items: list[pytest.Item]) -> None:
    """Of each kind that `waiting_beside_computing` tells apart, files that take long come first; no file is torn apart."""
    long = {file_of(item) for item in items if takes_long(item)}
    items.sort(key=lambda item: (file_of(item) not in long, file_of(item) in LATER))


def waiting_beside_computing(items: list[pytest.Item]) -> None:
    """The journeys, then tests that wait for programs among those that only compute, or all processes would wait at one time.

    What asks the database keeps the order that pytest-django has given it and comes before the rest; groups stay whole, the
    walk stays last, and a quarter of those that ask the database is left to fill the end.
    """
    groups = [list(group) for _, group in groupby(items, key=lambda item: group_of(item.nodeid))]
    of = partial(_part_of, long={file_of(item) for item in items if takes_long(item)})
    first, computes, waits, rest, walk = ([group for group in groups if of(group[0]) is part] for part in Part)
    each = len(computes) * 3 // 4 // max(1, len(waits))
    mixed = [
        group for number, one in enumerate(waits) for group in (one, *computes[number * each : (number + 1) * each])
    ]
    order = (*first, *mixed, *computes[len(waits) * each :], *rest, *walk)
    items[:] = [item for group in order for item in group]


class Part(Enum):
    """Of the suite, in the order in which they begin."""

    JOURNEYS = auto()
    COMPUTES = auto()
    WAITS = auto()
    REST = auto()
    WALK = auto()


def _part_of(item: pytest.Item, long: Collection[str]) -> Part:
    file = file_of(item)
    if file == WALK:
        return Part.WALK
    if group_of(item.nodeid) == JOURNEYS:
        return Part.JOURNEYS
    if item.get_closest_marker("database"):
        return Part.COMPUTES
    return Part.WAITS if file in long else Part.REST


def file_of(item: pytest.Item) -> str:
    """The test's file, from the root of the repository."""
    return item.nodeid.partition("::")[0]


def takes_long(item: pytest.Item) -> bool:
    """Whether its file starts programs beside the tests, makes something costly or walks every route."""
    file = file_of(item)
    if item.get_closest_marker("servers") or shares_a_fixture(file):
        return True
    return file.startswith((*STARTS_PROGRAMS, *WALKS))
