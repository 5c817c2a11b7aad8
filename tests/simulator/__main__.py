"""Play many days of a coalition in one process: `PYTHONPATH=src .venv/bin/python -m tests.simulator --seeds 1-20 --days 30`.

The real hub, five real agents, people, and everything that fails: lost, doubled and late requests, deaths of hub and agents at
commits and writes, clocks that step, links down for days, resolvers that die, a hub that lies.  One seed is one story, always the
same; a broken promise prints the one command that plays it again.  With --bug a fault is planted, and it must be found.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.programs import start_django

SHM = Path("/dev/shm")  # noqa: S108 - where it is, a disk that nobody waits for


def seeds(text: str) -> list[int]:
    """`7` or `1-20`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def prepare(folder: Path) -> None:
    """Django on a file of this folder, which the stories replace."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "skyddsnat.hub.settings.test"
    os.environ["SKYDDSNAT_DATABASE"] = f"sqlite:{folder / 'none.sqlite'}"
    start_django()
    logging.disable(logging.CRITICAL)


def play(numbers: list[int], template: Path, *, days: int, bug: str, folder: Path) -> Iterator[dict[str, Any]]:
    """One result a seed, up to the first broken promise."""
    from tests.simulator.bugs import planted
    from tests.simulator.story import Story

    for number in numbers:
        place = folder / f"seed-{number}"
        place.mkdir()
        with planted(bug):
            try:
                result = Story(number, place, template).play(days)
            except Exception:  # noqa: BLE001 - whatever comes up is a finding, with the seed that leads to it
                last = traceback.format_exc().strip().splitlines()
                result = {"seed": number, "broken": [f"the program broke: {last[-1]}"], "where": last[-12:]}
        shutil.rmtree(place)
        yield result | {"bug": bug}
        if result["broken"]:
            break


def in_a_fork(work: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What the work gives, done in a process of its own that has loaded all that this one has."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        try:
            with os.fdopen(writer, "w") as told:
                json.dump(work(), told)
        except BaseException:  # noqa: BLE001 - nothing of what lies around this is the fork's to end
            traceback.print_exc()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        found = told.read()
    os.waitpid(child, 0)
    return list(json.loads(found))


def main(arguments: list[str]) -> int:
    """0 when every promise held in every story."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=seeds, default=[1])
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument(
        "--bug", action="append", help="plant a fault, one after the other; see tests/simulator/bugs.py"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets is part of the story
        again = [sys.executable, "-m", "tests.simulator", *arguments]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606
    found = []
    with tempfile.TemporaryDirectory(prefix="skyddsnat-sim-", dir=SHM if SHM.is_dir() else None) as name:
        folder = Path(name)
        prepare(folder)
        template = load(folder)

        def stories(bug: str) -> list[dict[str, Any]]:
            told = []
            for result in play(chosen.seeds, template, days=chosen.days, bug=bug, folder=folder):
                told.append(result)
                tell(result, days=chosen.days, as_json=chosen.json)
            return told

        for bug in chosen.bug or [""]:
            found += in_a_fork(partial(stories, bug))
    if chosen.json:
        print(json.dumps(found))
    return 1 if any(result["broken"] for result in found) else 0


def load(folder: Path) -> Path:
    """What every story begins with, for all of them once; gives the template of their database."""
    from tests.simulator.story import make_template, protected

    protected()
    return make_template(folder / "template")


def tell(result: dict[str, Any], *, days: int, as_json: bool) -> None:
    """One story's result, and how to play it again if a promise broke."""
    if not as_json:
        print(json.dumps(result), flush=True)
    for line in result["broken"][:5]:
        print(f"seed {result['seed']}: {line}", file=sys.stderr)
    if result["broken"]:
        again = f"--seeds {result['seed']} --days {days}" + (f" --bug {result['bug']}" if result["bug"] else "")
        print(f"play it again: PYTHONPATH=src .venv/bin/python -m tests.simulator {again}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
