"""Time on the clock and time on the processor, and what to make of several of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and seconds of processor time that the servers used meanwhile."""

    wall: float
    cpu: float


def timed(act: Callable[[], Any], *, pids: Iterable[int] = ()) -> Took:
    """How long it took.  pids: servers whose processor time counts, with all their children."""
    roots = list(pids)
    began, used = time.perf_counter(), cpu_seconds(roots)
    act()
    return Took(time.perf_counter() - began, cpu_seconds(roots) - used)


def middle(takes: Sequence[Took]) -> Took:
    """The median of each: one slow round on a busy machine changes nothing."""
    return Took(median(one.wall for one in takes), median(one.cpu for one in takes))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def family(pids: Iterable[int]) -> set[int]:
    """The processes and all that they started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = set(), list(pids)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time of the processes and all that they started and that still run."""
    total = 0
    for pid in family(pids):
        if fields := _stat(pid):
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_mb(pids: Iterable[int]) -> float:
    """Memory that is theirs alone, in MB: a mapped database file belongs to the system, which may take it back."""
    total = 0
    for pid in family(pids):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    total += int(line.split()[1])
    return total / 1024


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may hold blanks: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
