"""Write the figures of var/bench into docs/performance.md: `python -m benchmarks.document`.

Between `<!-- bench NAME -->` and `<!-- /bench -->` stands a table of that comparison's lines, made anew; between
`<!-- figure benchmarking -->` and `<!-- /figure -->` the figure of a round's growth, drawn anew, with its table.  What has not
been measured here keeps the table of the last time, which tells its day, and the exit code is 1.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from benchmarks import growth
from benchmarks.lines import kept_lines

DOCUMENT = Path("docs/performance.md")
GROWTH = Path("docs/figures/benchmark-growth.svg")
PLACE = re.compile(r"(<!-- bench (?P<name>\w+) -->\n)(?P<was>.*?)(<!-- /bench -->)", re.DOTALL)
FIGURE = re.compile(r"(<!-- figure benchmarking -->\n).*?(<!-- /figure -->)", re.DOTALL)
MISSING = "not measured yet"
SIGNS = {True: "met", False: "**missed**", None: ""}


def render(text: str, lines: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """The document with its tables, and the comparisons that were not run here."""
    missing: list[str] = []

    def table(match: re.Match[str]) -> str:
        rows = [line for line in lines if line["bench"] == match["name"]]
        if not rows:
            missing.append(match["name"])
            return match[0] if match["was"].strip() else f"{match[1]}{MISSING}\n{match[4]}"
        return f"{match[1]}{_table(rows)}\n\n{_when(rows)}\n{match[4]}"

    drawn = _growth(lines)
    text = FIGURE.sub(lambda match: f"{match[1]}{drawn}\n{match[2]}" if drawn else match[0], text)
    return PLACE.sub(table, text), missing


def _when(rows: list[dict[str, Any]]) -> str:
    """On what and when; above a load of one, others used the machine too."""
    machines = sorted({row["machine"].partition(", load")[0] for row in rows})
    loads = sorted({float(row["machine"].partition(", load ")[2] or 0) for row in rows})
    days = sorted({row["at"] for row in rows})
    return f"Measured {', '.join(days)} on {'; '.join(machines)}, at a load of {loads[0]:g} to {loads[-1]:g}."


def _growth(lines: list[dict[str, Any]]) -> str:
    """The figure's place and its table; "" where nobody has measured it."""
    rounds = growth.measured(lines)
    if not rounds:
        return ""
    where = GROWTH.relative_to(DOCUMENT.parent)
    return f"![{growth.said(growth.panels(rounds))}]({where})\n\n{growth.table(rounds)}"


def _table(rows: list[dict[str, Any]]) -> str:
    head = ["| comparison | ratio | promised | | figures |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(row) for row in rows)])


def _row(row: dict[str, Any]) -> str:
    promise = f"≥ {row['least']:g}" if "least" in row else f"≤ {row['most']:g}" if "most" in row else ""
    figures = ", ".join(f"{name.replace('_', ' ')} {value:,g}" for name, value in row["figures"].items())
    return f"| {row['what']} | {row['ratio']:g} | {promise} | {SIGNS[row['met']]} | {figures} |"


def main() -> int:
    """0 when every comparison was there."""
    lines = kept_lines()
    text, missing = render(DOCUMENT.read_text(encoding="utf-8"), lines)
    DOCUMENT.write_text(text, encoding="utf-8")
    if rounds := growth.measured(lines):
        GROWTH.parent.mkdir(exist_ok=True)
        GROWTH.write_text(growth.draw(rounds), encoding="utf-8")
    if missing:
        print(f"not measured: {', '.join(missing)}; run: make bench ARGS='{' '.join(missing)}'", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
