"""What a comparison says: one line of JSON with its ratio, kept in var/bench, and the table at the end."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

FOLDER = Path("var/bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison.  ratio: what `what` says, in one run on one machine.  least, most: what was promised, where something was.

    figures: what the ratio was made of, with the unit in each name.  how: what was run, in a sentence.
    """

    bench: str
    name: str
    what: str
    ratio: float
    least: float | None = None
    most: float | None = None
    how: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the promise holds; None where none was made."""
        if self.least is not None:
            return self.ratio >= self.least
        return self.ratio <= self.most if self.most is not None else None

    @property
    def promise(self) -> str:
        """The promise in signs."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return f"≤ {self.most:g}" if self.most is not None else ""


def say(line: Line) -> None:
    """Print the line and keep it."""
    kept = {key: value for key, value in asdict(line).items() if value not in (None, "", {})}
    kept |= {"ratio": rounded(line.ratio), "met": line.met, "machine": machine(), "at": f"{datetime.now(UTC):%Y-%m-%d}"}
    kept["figures"] = {key: rounded(value) for key, value in line.figures.items()}
    print(json.dumps(kept, ensure_ascii=False), flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True)
    (FOLDER / f"{line.bench}.{line.name}.json").write_text(text + "\n", encoding="utf-8")


def forget(bench: str) -> None:
    """Drop the lines of an earlier run, so that no figure of it stands beside a new one."""
    for path in FOLDER.glob(f"{bench}.*.json"):
        path.unlink()


def kept_lines() -> list[dict[str, Any]]:
    """All lines in var/bench."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def show(lines: list[Line]) -> None:
    """The table."""
    table = Table("comparison", "ratio", "promised", "", box=None, pad_edge=False)
    signs = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}
    for line in lines:
        table.add_row(line.what, f"{rounded(line.ratio):g}", line.promise, signs[line.met])
    Console(stderr=True).print(table)


def rounded(value: Any) -> Any:
    """Three digits that count: more would pretend."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def machine() -> str:
    """What it ran on, in words that fit any machine of its kind."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({_processor()}), {memory:.0f} GiB, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
