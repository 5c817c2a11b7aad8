"""Counting a log of all look-ups against a long list: the agent's plan on DuckDB, beside reading alone, polars, plain Python,
ripgrep and the very same expression on Spark.  COUNT_ROWS, COUNT_NAMES and COUNT_SPARK_ROWS change the size;
COUNT_SPARK_WHOLE=1 has Spark count the whole log too, which takes minutes and 5 GB of memory."""

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

ROWS = int(os.environ.get("COUNT_ROWS", "50_000_000"))
NAMES = int(os.environ.get("COUNT_NAMES", "1_000_000"))
SPARK_ROWS = int(os.environ.get("COUNT_SPARK_ROWS", "5_000_000"))
SPARK_WHOLE = os.environ.get("COUNT_SPARK_WHOLE") == "1"
LIMIT = 1.5
OURS = ("read", "duckdb", "by_folder")
ROUNDS = 3
"""Of reading and of counting, one after the other, so that a slow moment hits both."""


def run(bench: Bench) -> Iterator[Line]:
    """Lines against reading, and against the others.  Raises AssertionError where two engines do not agree."""
    folder = bench.new_folder("counting")
    bench.tell(f"making {ROWS:,} rows and {NAMES:,} names")
    made = _engine("make", folder, rows=ROWS, names=NAMES)
    bench.tell(f"  {made['seconds']:.0f} s, {made['parquet_mb']:.0f} MB of Parquet, {made['text_mb']:.0f} MB of text")
    rounds = [{name: _engine(name, folder) for name in OURS} for _ in range(ROUNDS)]
    for one in rounds:
        bench.tell(
            "  read {:.2f} s, counted {:.2f} s, by folder {:.2f} s".format(*(one[name]["seconds"] for name in OURS))
        )
    ours = {name: _middle([one[name] for one in rounds]) for name in OURS}
    counts = rounds[0]["duckdb"]["counts"]
    assert all(one[name]["counts"] == counts for one in rounds for name in OURS[1:])
    assert sum(counts.values()) == made["hits"] > 0, "the engine and the maker of the rows disagree"
    yield Line(
        bench="counting",
        name="duckdb",
        what=f"counting {ROWS:,} rows against {NAMES:,} names: its time as a multiple of reading the columns",
        ratio=ours["duckdb"]["seconds"] / ours["read"]["seconds"],
        most=LIMIT,
        how=f"Parquet by day, the agent's plan as ibis writes it, DuckDB; medians of {ROUNDS} rounds of both in turn, each in "
        "a process of its own, without its start",
        figures={
            "count_s": ours["duckdb"]["seconds"],
            "read_s": ours["read"]["seconds"],
            "count_cpu_s": ours["duckdb"]["cpu"],
            "read_cpu_s": ours["read"]["cpu"],
            "start_and_plan_s": ours["duckdb"]["start"],
            "memory_mb": ours["duckdb"]["memory_mb"],
            "hits": made["hits"],
            "different_names": made["different"],
            "parquet_mb": made["parquet_mb"],
        },
    )
    yield Line(
        bench="counting",
        name="by_folder",
        what="counting a log in a folder for each day: its time as a multiple of reading its three columns",
        ratio=ours["by_folder"]["seconds"] / ours["read"]["seconds"],
        how="the same plan on the same files; the day is that of the folder, so that times are not read, which the reading "
        "beside it does",
        figures={"count_s": ours["by_folder"]["seconds"], "count_cpu_s": ours["by_folder"]["cpu"]},
    )
    yield from _others(bench, folder, ours["duckdb"], counts)


def _others(bench: Bench, folder: Path, ours: dict[str, Any], counts: dict[str, int]) -> Iterator[Line]:
    for name, how in (
        ("polars", "polars on the same Parquet, distinct first, streaming"),
        ("python", "plain Python on text: a set and a walk over the suffixes, remembered for each name"),
        ("ripgrep", "rg --fixed-strings with the list as patterns on text in which a suffix is a fixed string"),
    ):
        found = _engine(name, folder)
        bench.tell(f"  {name} {found['seconds']:.1f} s, {found['memory_mb']:.0f} MB")
        assert found["counts"] == counts, f"{name} does not agree"
        yield Line(
            bench="counting",
            name=name,
            what=f"{name}: its time as a multiple of the agent's on {ROWS:,} rows, identical counts",
            ratio=found["seconds"] / ours["seconds"],
            how=how,
            figures={"seconds": found["seconds"], "cpu_s": found["cpu"], "memory_mb": found["memory_mb"]},
        )
    rows = min(SPARK_ROWS, ROWS)
    small = bench.new_folder("counting-small")
    _engine("make", small, rows=rows, names=NAMES)
    yield _spark(bench, small, _engine("duckdb", small), rows, name="spark")
    if SPARK_WHOLE:
        yield _spark(bench, folder, {**ours, "counts": counts}, ROWS, name="spark_whole")


def _spark(bench: Bench, folder: Path, ours: dict[str, Any], rows: int, *, name: str) -> Line:
    """Beside what DuckDB took and found on the same rows.  Raises AssertionError where Spark found something else."""
    spark = _engine("spark", folder)
    bench.tell(f"  spark {spark['seconds']:.1f} s beside {ours['seconds']:.2f} s on {rows:,} rows")
    assert spark["counts"] == ours["counts"], "Spark does not agree"
    return Line(
        bench="counting",
        name=name,
        what=f"Spark: its time as a multiple of DuckDB's on {rows:,} rows, the same ibis expression, identical counts",
        ratio=spark["seconds"] / ours["seconds"],
        how="PySpark local[2], without the start of its Java machine; Spark is made for many machines",
        figures={"seconds": spark["seconds"], "start_s": spark["start"], "duckdb_s": ours["seconds"]},
    )


def _middle(found: list[dict[str, Any]]) -> dict[str, float]:
    return {name: median(one[name] for one in found) for name in ("seconds", "cpu", "start", "memory_mb")}


def _engine(name: str, folder: Path, *, rows: int = 0, names: int = 0) -> Any:
    command = [sys.executable, "-m", "benchmarks.counting_engines", name, str(folder), str(rows), str(names)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])
