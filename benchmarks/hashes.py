"""Look-ups of PDQ hashes among a million, beside threatexchange's index: the same random hashes and questions, in turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bench import Bench
from benchmarks.lines import Line
from benchmarks.peers import program

HASHES, QUESTIONS, ROUNDS = 1_000_000, 2_000, 3
SCRIPT = Path("benchmarks/peers/near_hashes.py").absolute()


def run(bench: Bench) -> Iterator[Line]:
    """A question, and all that comes before the first one."""
    figures: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
    for number in range(ROUNDS):
        answers = []
        for whose, kept in figures.items():
            bench.tell(f"{HASHES} hashes, {QUESTIONS} questions, {whose}, round {number + 1} of {ROUNDS}")
            said = _ask(bench.new_folder(whose), whose)
            kept.append(said["facts"])
            answers.append(said["answers"])
        if answers[0] != answers[1]:
            raise AssertionError("the two found different hashes, expected the same ones at the same distances")
    ours, theirs = ({name: median(one[name] for one in kept) for name in kept[0]} for kept in figures.values())
    both = {
        f"{whose}_{name}": value for whose, one in (("ours", ours), ("theirs", theirs)) for name, value in one.items()
    }
    how = "threatexchange 1.2 PDQIndex on one thread, where it is quickest; one question at a time; both found the same"
    for name, what, key in (
        (
            "001-question",
            f"one PDQ look-up among {HASHES} hashes: times less CPU than threatexchange",
            "question_cpu_ms",
        ),
        (
            "002-ready",
            f"from {HASHES} hashes to answering many questions: times less CPU than threatexchange",
            "ready_cpu_s",
        ),
    ):
        yield Line(bench="hashes", name=name, what=what, ratio=theirs[key] / ours[key], least=1, how=how, figures=both)


def _ask(folder: Path, whose: str) -> dict[str, Any]:
    python = sys.executable if whose == "ours" else program("python")
    words = [python, str(SCRIPT), whose, str(folder), str(HASHES), str(QUESTIONS)]
    environment = {**os.environ, "PYTHONPATH": "src" if whose == "ours" else "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{whose} broke off: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
