"""What runs is no older than SECURITY.md allows, by the page that `make components` wrote; of advisories it claims nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from tools.components import ASLEEP, KEPT, PAGE, UPDATE, Component, Release, late, locked, read, releases, render
from tools.proofs import ROOT

DAY, ROWS = read(PAGE.read_text(encoding="utf-8"))

LOCK = """
version = 1
[[package]]
name = "asked"
version = "0"
source = { virtual = "." }
[[package]]
name = "orjson"
version = "3.13.0"
sdist = { url = "x", hash = "y", upload-time = "2026-10-07T14:09:25.719Z" }
wheels = [{ url = "x", hash = "y", upload-time = "2026-10-06T23:59:59Z" }]
"""


def component(**changes: object) -> Component:
    made = Component("orjson", ("hub",), Release("1.0", date(2026, 1, 1)), Release("1.0", date(2026, 1, 1)))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_page_lists_what_is_locked() -> None:
    """After `make lock` comes `make components`."""
    assert {row.name: dict.fromkeys(row.programs, row.ours.version) for row in ROWS} == locked()
    assert render(ROWS, day=DAY) == PAGE.read_text(encoding="utf-8")


def test_nothing_was_past_its_time_frame_when_it_was_asked() -> None:
    assert list(late(ROWS, today=DAY)) == []
    assert KEPT.keys() <= {row.name for row in ROWS}, "no reason outlives its component"


def test_what_is_past_its_time_frame_is_told() -> None:
    newer = component(newest=Release("1.1", date(2026, 2, 1)))
    assert list(late([newer], today=date(2026, 2, 1) + UPDATE)) == []
    assert re.match("orjson 1.0: 1.1 is there since 2026-02-01", *late([newer], today=date(2026, 2, 2) + UPDATE))
    asleep = component()
    assert list(late([asleep], today=date(2026, 1, 1) + ASLEEP)) == []
    assert re.match("orjson 1.0: no release since 2026-01-01", *late([asleep], today=date(2026, 1, 2) + ASLEEP))
    assert list(late([replace(asleep, name="mdurl")], today=date(2036, 1, 1))) == []


def test_a_releases_day_is_that_of_its_first_file() -> None:
    assert releases(LOCK) == {"orjson": [Release("3.13.0", date(2026, 10, 6))]}


def test_the_page_says_what_it_does_not_know_and_names_no_registry() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "does not know: advisories" in page
    assert "://" not in page
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert f"within {UPDATE.days} days of that release" in told
    assert "without a release for two years" in told
    assert timedelta(days=2 * 365) == ASLEEP
