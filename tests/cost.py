"""What the tests cost, in seconds of a core: `python -m pytest -p tests.cost …`, or `make test ARGS='-p tests.cost'`.

By file, what its tests took themselves and what the programs took that they started and saw end.  Time by the clock tells little
on a busy machine; this differs by a tenth or two.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from typing import Any

import pytest

SHOWN = 40
NAME = "seconds of a core"


class Cost:
    """Notes at each of a test's three phases what was spent since the one before, which xdist brings along with its report."""

    def __init__(self) -> None:
        self._before = os.times()
        self.spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """To find and load the tests is nobody's cost: about ten seconds of each process."""
        self._before = os.times()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now, before = os.times(), self._before
        own = now.user + now.system - before.user - before.system
        theirs = now.children_user + now.children_system - before.children_user - before.children_system
        report.user_properties.append((NAME, [own, theirs]))
        self._before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        sums = self.spent[report.nodeid.partition("::")[0]]
        for name, value in report.user_properties:
            if name == NAME:
                sums[0], sums[1] = sums[0] + value[0], sums[1] + value[1]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        own, theirs = (sum(each) for each in zip(*self.spent.values(), strict=True)) if self.spent else (0, 0)
        terminalreporter.section(f"{NAME}: {own:.0f} of the tests, {theirs:.0f} of programs that they started")
        for file, (mine, others) in sorted(self.spent.items(), key=lambda one: -sum(one[1]))[:SHOWN]:
            terminalreporter.line(f"{mine:8.1f} {others:8.1f}  {file}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Cost(), "cost")
