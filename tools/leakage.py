"""Writes the tables of docs/benchmarking/leakage.md: `python -m tools.leakage`.

What an insider can work out, by the solver of tests/leakage.  Seeded: the same tables each time, held by a test.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from tests.leakage import solver
from tests.leakage.solver import Certain, Sight

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarking" / "leakage.md"
SIZES = range(5, 13)
GROUPS = 100
LEVELS, BANDS = 4, 6

Row = list[str]


def exact_table() -> str:
    """Others' exact values that follow, beside the naive release."""
    head = ["members", "naive, one round", "ours, one round", "naive, one leaves", "ours, one leaves"]
    rows = [
        [
            f"{size}",
            *(
                _number(found)
                for found in (
                    solver.exact_in_one_round(solver.naive, size),
                    solver.exact_in_one_round(solver.ours, size),
                    solver.exact_when_one_leaves(solver.naive, size, held_back=False),
                    solver.exact_when_one_leaves(solver.ours, size, held_back=True),
                )
            ),
        ]
        for size in SIZES
    ]
    return _table(head, rows)


def bands_table(grid: int, sizes: range = SIZES) -> str:
    """Others' bands that are certain: unnamed / named, over one round, over two with one member leaving, and later full ones."""
    head = [
        "members",
        "naive, one round",
        "ours, one round",
        "naive, one leaves",
        "ours, one leaves",
        "ours, later in the year",
        "ours, after a year",
    ]
    rows = []
    for size in sizes:
        cells = [f"{size}"]
        for one_round, second in (
            (solver.naive_sight, None),
            (solver.our_sight, None),
            (solver.naive_sight, solver.naive_sight),
            (solver.our_sight, solver.changed_sight),
            (solver.our_sight, solver.rested_sight),
            (solver.our_sight, solver.our_sight),
        ):
            found = _groups(one_round, second, size, grid)
            unnamed = sum(each.unnamed for each in found) / len(found)
            named = sum(each.named for each in found) / len(found)
            cells.append(f"{unnamed:.2f} / {named:.2f}")
        rows.append(cells)
    return _table(head, rows)


def all_equal_table() -> str:
    """When all are equal: others whose band is certain by name, with and without a test that holds the round back."""
    rows = []
    for size in SIZES:
        same = [2] * size
        held = solver.bands_in_one_round(solver.suppressing_sight, same, grid=LEVELS)
        shown = solver.bands_in_one_round(solver.our_sight, same, grid=LEVELS)
        rows.append([f"{size}", f"{held.named:.0f} of {size - 1}", f"{shown.named:.0f} of {size - 1}"])
    return _table(["members", "held back when all are equal", "ours"], rows)


TABLES = {
    "exact": exact_table,
    "levels": lambda: bands_table(LEVELS),
    "bands": lambda: bands_table(BANDS),
    "equal": all_equal_table,
}


def render(text: str, names: list[str] | None = None) -> str:
    """The document with these of its tables written anew; all, unless told otherwise."""
    for name in names or list(TABLES):
        pattern = re.compile(rf"(<!-- table {name} -->\n).*?(<!-- /table -->)", re.DOTALL)
        text, times = pattern.subn(lambda found, name=name: f"{found[1]}{TABLES[name]()}{found[2]}", text)  # type: ignore[misc]
        if times != 1:
            raise ValueError(f"{DOCUMENT.name} has {times} places for the table {name}, expected one")
    return text


def _groups(sight: Sight, second: Sight | None, size: int, grid: int) -> list[Certain]:
    rng = random.Random(size)  # noqa: S311 - groups to look at, no secrets
    groups = [solver.random_bands(size, grid, rng) for _ in range(GROUPS)]
    if second is None:
        return [solver.bands_in_one_round(sight, bands, grid=grid) for bands in groups]
    return [solver.bands_when_one_leaves(sight, second, bands, grid=grid) for bands in groups]


def _number(found: object) -> str:
    return f"{float(found):.2f}"  # type: ignore[arg-type]


def _table(head: Row, rows: list[Row]) -> str:
    lines = [head, ["--:"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Write the tables."""
    DOCUMENT.write_text(render(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{DOCUMENT.name}: {', '.join(TABLES)}")


if __name__ == "__main__":
    main()
