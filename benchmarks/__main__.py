"""`make bench`: all comparisons, or those that are named."""

from __future__ import annotations

import json
import signal
import sys
from importlib import import_module

from benchmarks.bench import Bench, running
from benchmarks.lines import Line, forget, say, show
from skyddsnat.demo.processes import Stopped, stop_on_signals

ALL = ("taxii", "million", "packed", "pages", "agents", "blocked", "resolvers", "benchmarking", "hashes", "counting")
FINE, MISSED, WRONG_USE, STOPPED = 0, 1, 2, 130


def main(names: list[str]) -> int:
    """Run them one after another.  1 if a promise was missed, 130 after Ctrl-C."""
    if unknown := [name for name in names if name not in ALL]:
        print(f"got {', '.join(unknown)}, expected some of: {', '.join(ALL)}", file=sys.stderr)
        return WRONG_USE
    lines: list[Line] = []
    whole = True
    stop_on_signals()
    try:
        with running() as bench:
            try:
                for name in names or ALL:
                    whole = _compare(name, bench, lines) and whole
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)  # nothing must come between us and an orderly end
    except Stopped:
        print("stopped; what was measured stands in var/bench", file=sys.stderr)
        return STOPPED
    show(lines)
    return FINE if whole and all(line.met is not False for line in lines) else MISSED


def _compare(name: str, bench: Bench, lines: list[Line]) -> bool:
    """Run one comparison; False if it broke off.  The others run all the same: their figures are no worse for it."""
    forget(name)
    try:
        for line in import_module(f"benchmarks.{name}").run(bench):
            say(line)
            lines.append(line)
    except Exception as fault:  # noqa: BLE001  whatever went wrong here says nothing of the others
        print(
            json.dumps({"bench": name, "broke_off": f"{type(fault).__name__}: {fault}"[:500], "met": False}), flush=True
        )
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
