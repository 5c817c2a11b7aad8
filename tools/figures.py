"""Put measured figures into documents: `python -m tools.figures DOCUMENT…`.

Tests and benchmarks leave figures in var/figures (tests/figures.py).  A document says where each belongs and in which words:

    <!-- figure survival.hub_kill: {kills} kills, {lost} of {acknowledged} lost --> … <!-- /figure -->
    <!-- figures survival. -->
    … a table of every figure whose key begins so …
    <!-- /figures -->

What stands between the markers is written anew.  What has not been measured says so, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("SKYDDSNAT_FIGURES", ROOT / "var" / "figures"))
MISSING = "not measured yet"

INLINE = re.compile(r"(<!-- figure (?P<key>[\w.-]+): (?P<words>[^>]*?) -->).*?(<!-- /figure -->)", re.DOTALL)
TABLE = re.compile(r"(<!-- figures (?P<prefix>[\w.-]+) -->\n).*?(<!-- /figures -->)", re.DOTALL)
FIELD = re.compile(r"{(\w+)}")

Figures = dict[str, dict[str, Any]]


def read_figures(folder: Path) -> Figures:
    """Every figure by its key, as tests/figures.py writes them."""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return {one["key"]: one for one in kept}


def render(text: str, figures: Figures) -> tuple[str, list[str]]:
    """The document with its figures, and what it asks for that nobody has measured."""
    missing: list[str] = []

    def inline(match: re.Match[str]) -> str:
        found = _words(match["words"], figures.get(match["key"]))
        if found is None:
            missing.append(match["key"])
        return f"{match[1]}{found or MISSING}{match[4]}"

    def table(match: re.Match[str]) -> str:
        rows = [one for key, one in figures.items() if key.startswith(match["prefix"])]
        if not rows:
            missing.append(f"{match['prefix']}*")
        return f"{match[1]}{_table(rows)}{match[3]}"

    return TABLE.sub(table, INLINE.sub(inline, text)), missing


def shown(value: object) -> str:
    """A number as people read it: thin groups of three, three digits that count."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", " ")
    return f"{int(value):,}".replace(",", " ")


def _words(template: str, kept: dict[str, Any] | None) -> str | None:
    """The sentence with its numbers, or None where one of them was not measured."""
    if kept is None or not {*FIELD.findall(template)} <= kept["values"].keys():
        return None
    return FIELD.sub(lambda match: shown(kept["values"][match[1]]), template)


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| figure | measured | effort | seed | on |", "|---|---|---|---|---|"]
    for one in rows:
        values = ", ".join(f"{name.replace('_', ' ')} {shown(value)}" for name, value in sorted(one["values"].items()))
        lines.append(f"| `{one['key']}` | {values} | {one['effort']} | {one['seed']} | {one['at']} |")
    return "\n".join(lines) + "\n" if rows else f"{MISSING}\n"


def main(arguments: list[str]) -> int:
    """0 when every figure was there."""
    parser = argparse.ArgumentParser(prog="python -m tools.figures", description="Put measured figures into documents.")
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--from", dest="folder", type=Path, default=FOLDER, help="where the figures are")
    chosen = parser.parse_args(arguments)
    figures, lacking = read_figures(chosen.folder), 0
    for document in chosen.documents:
        before = document.read_text(encoding="utf-8")
        after, missing = render(before, figures)
        if after != before:
            document.write_text(after, encoding="utf-8")
        for key in missing:
            print(f"{document}: no figure {key}, expected one in {chosen.folder}; run the tests that measure it")
        lacking += len(missing)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
