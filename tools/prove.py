"""Prove the promises: `make prove`, or `python -m tools.prove` (`--quick`: with the figures of the last `make test`).

Runs every test file that docs/security/promises.toml names, trying hard, one after the other, and then writes the figures
into the documents.  The whole takes about two hours on two quiet cores; `--share 0.1` tries a tenth as much, `--minutes 30`
begins no further file after half an hour.  It can be stopped at any time: what has passed on this very state of the code, as
hard, is not run again.  Exit code 1 when a test failed, 3 when files are left.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools import asvs, figures, promises
from tools.proofs import ROOT

DONE = ROOT / "var" / "prove" / "done.json"
LEFT = 3
"""Exit code when the time was over before the files were."""

MARKED = (
    "docs/reliability.md",
    "docs/security/log.md",
    "docs/security/encryption.md",
    "docs/security/access.md",
    "docs/guards.md",
    "docs/lists.md",
    "docs/performance.md",
)


def state_of_the_code() -> str:
    """The commit; with changes that are not committed, nothing that could be remembered."""
    commit = _git("rev-parse", "HEAD")
    return (
        f"{commit} seed {os.environ.get('SKYDDSNAT_SEED', '1')}"
        if not _git("status", "--porcelain", "src", "tests")
        else ""
    )


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def remembered(state: str) -> dict[str, float]:
    """Seconds of each file that has passed on this state."""
    if not state or not DONE.exists():
        return {}
    kept = json.loads(DONE.read_text(encoding="utf-8"))
    return dict(kept["passed"]) if kept["state"] == state else {}


def remember(state: str, passed: dict[str, float]) -> None:
    """Keep what has passed, whole at each moment."""
    DONE.parent.mkdir(parents=True, exist_ok=True)
    new = DONE.with_suffix(".new")
    new.write_text(json.dumps({"state": state, "passed": passed}, indent=1) + "\n", encoding="utf-8")
    new.replace(DONE)


@dataclass(frozen=True, slots=True)
class Told:
    """One file, tried hard.  said: pytest's words.  seconds: on the clock; busy: of all processors."""

    good: bool
    said: str
    seconds: float
    busy: float


def run(file: str, *, effort: str) -> Told:
    """Run one file; each test is told as it ends, since some take many minutes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "pytest", "-v", "--show-capture=no", "-p", "no:cacheprovider", file]
    said = []
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"SKYDDSNAT_EFFORT": effort}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as running:  # fmt: skip
        for line in running.stdout or ():
            said.append(line)
            if found := re.search(r"::(\S+) (PASSED|FAILED|ERROR|SKIPPED)", line):
                print(f"    {found[2].lower()} after {time.monotonic() - started:.0f} s: {found[1]}", flush=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Told(running.returncode == 0, "".join(said), time.monotonic() - started, busy)


def prove(files: list[str], *, again: bool = False, effort: str = "long", minutes: float = 0) -> tuple[list[str], int]:
    """Run them all, telling how far it is.  The files that failed, and how many were not begun for want of time."""
    state = state_of_the_code()
    state = f"{state} {effort}" if state else ""
    passed = {} if again else remembered(state)
    failed: list[str] = []
    begun = time.monotonic()
    for number, file in enumerate(files, start=1):
        head = f"[{number}/{len(files)}] {file}"
        if file in passed:
            print(f"{head}: passed before, on the same code", flush=True)
            continue
        if minutes and time.monotonic() - begun > minutes * 60:
            left = sum(1 for one in files[number - 1 :] if one not in passed)
            print(f"{minutes:g} minutes are over; {left} files are left for the next time", flush=True)
            return failed, left
        print(f"{head} …", flush=True)
        told = run(file, effort=effort)
        word = "passed" if told.good else "FAILED"
        all_in_all = (time.monotonic() - begun) / 60
        print(
            f"    {word} in {told.seconds:.0f} s ({told.busy:.0f} s of processors); {all_in_all:.0f} min so far",
            flush=True,
        )
        if told.good:
            passed[file] = round(told.seconds, 1)
            remember(state, passed)
        else:
            failed.append(file)
            print(re.sub(r"^", "    ", "\n".join(told.said.splitlines()[-40:]), flags=re.MULTILINE), flush=True)
    return failed, 0


def write_documents(folder: Path = figures.FOLDER) -> list[str]:
    """All documents that carry figures.  The figures that nobody has measured."""
    kept, told = figures.read_figures(folder), promises.read()
    promises.PAGE.write_text(promises.render(told, kept), encoding="utf-8")
    asvs.main([])
    missing = [key for key in promises.keys(told) if key not in kept]
    for path in (ROOT / name for name in MARKED):
        if path.exists():
            text, lacking = figures.render(path.read_text(encoding="utf-8"), kept)
            path.write_text(text, encoding="utf-8")
            missing += lacking
    return sorted(set(missing))


def main(arguments: list[str]) -> int:
    """0 when every test that was run has passed."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.prove", description="Run the proofs, write their figures into docs."
    )
    parser.add_argument("--quick", action="store_true", help="run nothing: take the figures of the last `make test`")
    parser.add_argument("--again", action="store_true", help="run also what has passed on this state of the code")
    parser.add_argument("--share", type=_share, default=1.0, help="how much of the long counts to try: 0.1 is a tenth")
    parser.add_argument("--minutes", type=float, default=0, help="begin no further file after so many minutes")
    parser.add_argument("files", nargs="*", help="only these of the files (all)")
    chosen = parser.parse_args(arguments)
    effort = "long" if chosen.share == 1.0 else f"long:{chosen.share:g}"
    named = promises.files(promises.read())
    if unknown := [file for file in chosen.files if file not in named]:
        parser.error(f"no promise names {unknown[0]}")
    failed, left = [], 0
    try:
        if not chosen.quick:
            failed, left = prove(chosen.files or named, again=chosen.again, effort=effort, minutes=chosen.minutes)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130
    missing = write_documents()
    print(f"written: {promises.PAGE.relative_to(ROOT)} and {', '.join(MARKED)}")
    if missing:
        print(f"not measured yet: {', '.join(missing)}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else LEFT if left else 0


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"got {text}, expected more than 0 and at most 1")
    return share


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
