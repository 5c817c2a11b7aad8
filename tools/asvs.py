"""Write docs/security/asvs.md from docs/security/asvs.csv: `python -m tools.asvs` (`--check` only tells).

One row a requirement of OWASP ASVS 5.0.0: its number and level, what it is about in a few words of our own, the state, the
reason or what is needed, and the tests that prove it.  The standard's text is not here: read it beside.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tools.proofs import ROOT, link

DATA = ROOT / "docs" / "security" / "asvs.csv"
PAGE = ROOT / "docs" / "security" / "asvs.md"
STATES = {
    "met": "fulfilled, and a test breaks with it",
    "part": "fulfilled in part; what is missing stands beside it",
    "open": "not fulfilled; what is needed stands beside it",
    "n/a": "does not apply",
}
CHAPTERS = (
    "Encoding and cleaning", "Validation and order of steps", "Browser", "Web services", "Files", "Signing in", "Sessions",
    "Access", "Self-contained tokens", "OAuth and OpenID Connect", "Cryptography", "Transport", "Configuration",
    "Data protection", "Code and components", "Logs and errors", "WebRTC",
)  # fmt: skip
COLUMNS = "| | L | about | state | reason, or what is needed | tests |\n|---|---|---|---|---|---|\n"
HEAD = """# OWASP ASVS 5.0.0, level 2, requirement by requirement

Written by `python -m tools.asvs` from `asvs.csv`; change it there. Every requirement of levels 1 and 2 is here, and five of
level 3 that this software needs. The words are ours and short: the standard itself is at
OWASP/ASVS on GitHub (tag v5.0.0, CC BY-SA 4.0). This is our own map: nobody from outside has verified it.

"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row."""

    number: str
    level: int
    about: str
    state: str
    answer: str
    tests: tuple[str, ...]

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def read(path: Path = DATA) -> list[Requirement]:
    """All rows, in their order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                row["requirement"],
                int(row["level"]),
                row["about"],
                row["state"],
                row["answer"],
                tuple(row["tests"].split()),
            )
            for row in csv.DictReader(file)
        ]


def render(rows: list[Requirement]) -> str:
    """The page."""
    lines = [HEAD, "| | level 1 | level 2 | level 3 | all |\n|---|---|---|---|---|\n"]
    count = Counter((row.state, row.level) for row in rows)
    for state, words in STATES.items():
        numbers = [count[state, level] for level in (1, 2, 3)]
        lines.append(f"| **{state}**: {words} | {' | '.join(map(str, numbers))} | {sum(numbers)} |\n")
    lines.append(
        "\n**Open or in part:** " + ", ".join(row.number for row in rows if row.state in {"open", "part"}) + ".\n"
    )
    for chapter, title in enumerate(CHAPTERS, start=1):
        lines.append(
            f"\n## {chapter}. {title}\n\n| | L | about | state | reason, or what is needed | tests |\n|---|---|---|---|---|---|\n"
        )
        lines += [_line(row) for row in rows if row.chapter == chapter]
    return "".join(lines)


def _line(row: Requirement) -> str:
    proofs = " · ".join(link(test) for test in row.tests)
    return f"| {row.number} | {row.level} | {row.about} | {row.state} | {row.answer} | {proofs} |\n"


def main(arguments: list[str]) -> int:
    """0 when the page is what the rows say."""
    page = render(read())
    if arguments == ["--check"]:
        if PAGE.read_text(encoding="utf-8") == page:
            return 0
        print(f"{PAGE.relative_to(ROOT)} is not what asvs.csv says; run: python -m tools.asvs")
        return 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
