"""The map of ASVS is whole and claims nothing that no test proves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.figures import figure
from tools.asvs import PAGE, STATES, Requirement, read, render
from tools.proofs import tests as all_tests

SECTIONS = {
    1: (2, 10, 12, 3, 3), 2: (3, 3, 5, 2), 3: (1, 3, 5, 8, 8, 1, 5), 4: (5, 5, 2, 4), 5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4), 7: (3, 4, 2, 5, 3, 2), 8: (4, 4, 3, 2), 9: (3, 4),
    10: (2, 3, 5, 16, 5, 2, 3), 11: (4, 5, 5, 4, 2, 2, 2), 12: (5, 2, 5), 13: (4, 6, 4, 7), 14: (2, 8, 3),
    15: (5, 5, 7, 4), 16: (1, 5, 4, 3, 4), 17: (2, 8, 2),
}  # fmt: skip
"""How many requirements each section of the standard has, of all three levels."""
NAMED_OF_LEVEL_3 = {"2.3.5", "7.5.3", "8.3.2", "14.2.6", "14.2.7"}
LEFT_TO_LEVEL_3 = re.findall(
    r"\S+",
    "1.2.10 1.3.12 1.5.3 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5 4.1.4 4.1.5 4.2.2 "
    "4.2.3 4.2.4 4.2.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1 6.7.2 "
    "8.1.3 8.1.4 8.2.4 8.3.3 8.4.2 10.2.3 10.3.5 10.4.12 10.4.13 10.4.14 10.4.15 10.4.16 11.1.3 11.1.4 11.2.4 11.2.5 11.3.4 "
    "11.3.5 11.5.2 11.6.2 11.7.1 11.7.2 12.1.4 12.1.5 12.3.5 13.1.2 13.1.3 13.1.4 13.2.6 13.3.3 13.3.4 13.4.6 13.4.7 14.2.5 "
    "14.2.8 15.1.4 15.1.5 15.2.4 15.2.5 15.4.1 15.4.2 15.4.3 15.4.4 16.5.4 17.1.2 17.2.5 17.2.6 17.2.7 17.2.8",
)
ROWS = read()


def faults(row: Requirement) -> list[str]:
    """Why a row may not stand so."""
    found = [f"a state {row.state!r}"] if row.state not in STATES else []
    found += [f"no such test: {test}" for test in row.tests if test not in all_tests()]
    if row.state in {"met", "part"} and not row.tests:
        found.append("a claim without a test")
    if row.state != "met" and len(row.answer) < 4:
        found.append("no reason")
    if not 5 <= len(row.about) <= 70 or "Verify that" in row.about:
        found.append("no short words of our own")
    return found


def test_every_requirement_of_levels_1_and_2_is_mapped_once_and_five_of_level_3() -> None:
    all_of_them = {
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, last in enumerate(sections, start=1)
        for number in range(1, last + 1)
    }
    assert len(all_of_them) == 345, "the standard has 345"
    numbers = [row.number for row in ROWS]
    assert set(numbers) == all_of_them - set(LEFT_TO_LEVEL_3)
    assert len(numbers) == len(set(numbers))
    assert Counter(row.level for row in ROWS) == {1: 70, 2: 183, 3: 5}
    assert {row.number for row in ROWS if row.level == 3} == NAMED_OF_LEVEL_3


def test_every_row_has_a_test_that_exists_or_a_reason() -> None:
    assert {row.number: found for row in ROWS if (found := faults(row))} == {}
    figure("asvs.level_2", **{state.replace("/", ""): sum(row.state == state for row in ROWS) for state in STATES})


@pytest.mark.parametrize(
    "wrong",
    [{"tests": ()}, {"tests": ("tests/none.py::test_none",)}, {"state": "fine"}, {"state": "open"}, {"about": ""}],
)
def test_a_row_that_claims_too_much_is_seen(wrong: dict[str, object]) -> None:
    good = replace(next(row for row in ROWS if row.state == "met"), answer="")
    assert faults(good) == []
    assert faults(replace(good, **wrong)) != []  # type: ignore[arg-type]


def test_the_page_is_what_the_rows_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(ROWS), "run: python -m tools.asvs"
