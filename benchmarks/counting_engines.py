"""One engine in a process of its own: `python -m benchmarks.counting_engines ENGINE FOLDER [ROWS NAMES]`; prints a line of JSON.

The log is made of numbers alone, so that it is the same everywhere: row i asks for a name that a hash of i draws from three
million by Zipf's law, as heavy in its head as a resolver's log: of a million look-ups one in seven is for a new name.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()
DAYS, RESOLVERS, POOL = 7, 4, 3_000_000
HEAD, EVERY = 20_000, 30
"""Of the pool one name in thirty is listed, and none of the head."""
FIRST_DAY = "2026-10-01"
TEXT, LOG = "*.csv", "log/*/log.parquet"

type Counts = dict[str, int]


def make(folder: Path, rows: int, names: int) -> dict[str, Any]:
    """Parquet by day, the same as text by day and resolver, and the list; tells how many rows ask for a listed name."""
    import duckdb

    db = duckdb.connect()
    in_log = POOL // EVERY - HEAD // EVERY
    db.execute(f"""
        CREATE MACRO domain(n) AS 'd' || n || CASE n % 3 WHEN 0 THEN '.test' WHEN 1 THEN '.shop.test' ELSE '.x.example' END;
        CREATE MACRO asked(n) AS CASE n % 4 WHEN 0 THEN '' WHEN 1 THEN 'www.' WHEN 2 THEN 'a.cdn.' ELSE 'm.' END || domain(n);
        CREATE MACRO is_listed(n) AS n > {HEAD} AND n % {EVERY} = 7;
        -- Zipf's law with exponent 1.2: the inverse of its distribution, at a number in [0, 1) that a hash gives.
        CREATE MACRO drawn(h) AS CAST(pow(1 - (h % 1000000007) / 1000000007.0 * (1 - pow({POOL}, -0.2)), -5) AS BIGINT);
        CREATE TABLE list AS SELECT domain(n) AS name FROM range(1, {POOL + names - in_log + 1}) r(n)
          WHERE n > {POOL} OR is_listed(n);
        COPY (SELECT name, true AS tree FROM list) TO '{folder}/listed.parquet' (FORMAT parquet);
        COPY (SELECT '.' || name || ' ' FROM list) TO '{folder}/patterns.txt' (FORMAT csv, HEADER false, QUOTE '');
    """)
    hits, each = 0, rows // DAYS
    for day in range(DAYS):
        db.execute(f"""
            CREATE OR REPLACE TABLE log AS
              SELECT TIMESTAMP '{FIRST_DAY}' + INTERVAL {day} DAY + to_microseconds((i * 86400000000) // {each}) AS ts,
                     'resolver-' || (hash(i, 7) % {RESOLVERS}) AS resolver, asked(drawn(hash(i, {day}))) AS qname
              FROM range({each}) r(i);
            COPY log TO '{_of_day(folder, day)}' (FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 100000);
            COPY (SELECT '.' || qname || ' ' AS line, resolver FROM log) TO '{folder}/text-{day}'
              (FORMAT csv, HEADER false, QUOTE '', PARTITION_BY (resolver));
        """)
        found = db.execute(f"SELECT count(*) FROM range({each}) r(i) WHERE is_listed(drawn(hash(i, {day})))").fetchall()
        hits += found[0][0]
    seen = db.execute(f"SELECT count(DISTINCT qname) FROM read_parquet('{folder}/{LOG}')").fetchall()[0][0]
    sizes = {kind: sum(path.stat().st_size for path in folder.rglob(kind)) / 1e6 for kind in (LOG, TEXT)}
    return {"hits": hits, "different": seen, "parquet_mb": sizes[LOG], "text_mb": sizes[TEXT]}


def _of_day(folder: Path, day: int) -> Path:
    """Where a day's Parquet lies, as data lakes have it: in a folder that names its day."""
    place = folder / "log" / f"day=2026-10-{day + 1:02}"
    place.mkdir(parents=True, exist_ok=True)
    return place / "log.parquet"


def read(folder: Path) -> Callable[[], Counts]:
    """Touch every value of the three columns, and nothing else."""
    import duckdb

    db = duckdb.connect()
    question = f"SELECT max(ts), max(resolver), max(qname) FROM read_parquet('{folder}/{LOG}')"

    def act() -> Counts:
        db.execute(question).fetchall()
        return {}

    return act


def with_duckdb(folder: Path, *, by_folder: bool = False) -> Callable[[], Counts]:
    """The agent's plan on DuckDB.  by_folder: the day is that of the folder, and the times are not read."""
    import duckdb

    from skyddsnat.agent.counting.engine import sql

    db = duckdb.connect()
    db.execute(f"CREATE VIEW logs AS FROM read_parquet('{folder}/{LOG}', hive_partitioning={by_folder})")
    db.execute(f"CREATE VIEW listed AS FROM read_parquet('{folder}/listed.parquet')")
    question = sql(expression({"day": "date"} if by_folder else {}))

    def act() -> Counts:
        return {f"{day} {resolver}": n for day, resolver, n in db.execute(question).fetchall()}

    return act


def with_spark(folder: Path) -> Callable[[], Counts]:
    """The agent's plan on Spark."""
    from ibis.backends.sql.compilers import PySparkCompiler
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    spark.read.parquet(str(folder / LOG)).createOrReplaceTempView("logs")
    spark.read.parquet(str(folder / "listed.parquet")).createOrReplaceTempView("listed")
    question = PySparkCompiler().to_sqlglot(expression()).sql("databricks")

    def act() -> Counts:
        return {f"{row.day} {row.resolver}": row.n for row in spark.sql(question).collect()}

    return act


def with_polars(folder: Path) -> Callable[[], Counts]:
    """The same plan, written for polars."""
    import polars as pl

    def act() -> Counts:
        logs = pl.scan_parquet(folder / LOG, hive_partitioning=False)
        listed = pl.scan_parquet(folder / "listed.parquet").select("name")
        labels = pl.col("qname").str.split(".")
        suffixes = pl.concat_list(
            [pl.when(labels.list.len() >= depth).then(labels.list.tail(depth).list.join(".")) for depth in (2, 3)]
        )
        asked = logs.select("qname").unique().with_columns(suffix=suffixes).explode("suffix")
        found = asked.join(listed, left_on="suffix", right_on="name", how="semi").select("qname").unique()
        hits = logs.join(found, on="qname", how="semi").group_by(pl.col("ts").dt.date().alias("day"), "resolver").len()
        return {f"{day} {resolver}": n for day, resolver, n in hits.collect(engine="streaming").iter_rows()}

    return act


def with_python(folder: Path) -> Callable[[], Counts]:
    """A set and a walk, as one would write it."""

    def act() -> Counts:
        listed = {line[1:-2] for line in (folder / "patterns.txt").read_bytes().splitlines(keepends=True)}
        known: dict[bytes, bool] = {}
        counts: Counter[str] = Counter()
        for path in sorted(folder.rglob(TEXT)):
            for name, times in Counter(path.read_bytes().splitlines()).items():
                if name not in known:
                    known[name] = _is_covered(name[1:-1], listed)
                if known[name]:
                    counts[_key(path)] += times
        return dict(counts)

    return act


def with_ripgrep(folder: Path) -> Callable[[], Counts]:
    """One search over all files; each line ends in a blank, so that a suffix is a fixed string."""

    def act() -> Counts:
        files = [str(path) for path in sorted(folder.rglob(TEXT))]
        done = subprocess.run(
            ["rg", "--fixed-strings", "--count", "--no-config", "--file", str(folder / "patterns.txt"), *files],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        rows = (line.rpartition(":") for line in done.stdout.splitlines())
        counts: Counter[str] = Counter()
        for name, _, n in rows:
            counts[_key(Path(name))] += int(n)
        return dict(counts)

    return act


def expression(also: Mapping[str, str] | None = None) -> Any:
    """What is counted, as the agent's plan says it.  also: columns that the log has besides."""
    import ibis

    from skyddsnat.agent.counting import plan

    logs = ibis.table({**plan.LOGS, **(also or {})}, name="logs")
    return plan.hit_counts(logs, ibis.table(plan.LISTED, name="listed"), depths=(2, 3))


def _is_covered(name: bytes, listed: set[bytes]) -> bool:
    while name not in listed:
        _, dot, name = name.partition(b".")
        if not dot:
            return False
    return True


def _key(path: Path) -> str:
    """From text-3/resolver=resolver-1/data_0.csv."""
    day, resolver = path.parts[-3].partition("-")[2], path.parts[-2].partition("=")[2]
    return f"2026-10-{int(day) + 1:02} {resolver}"


ENGINES: dict[str, Callable[[Path], Callable[[], Counts]]] = {
    "read": read,
    "duckdb": with_duckdb,
    "by_folder": partial(with_duckdb, by_folder=True),
    "spark": with_spark,
    "polars": with_polars,
    "python": with_python,
    "ripgrep": with_ripgrep,
}


def main(name: str, folder: str, rows: str = "0", names: str = "0") -> None:
    """Run it and print what it took."""
    if name == "make":
        facts = make(Path(folder), int(rows), int(names))
        print(json.dumps({**facts, "seconds": time.perf_counter() - STARTED}))
        return
    act = ENGINES[name](Path(folder))
    ready, used = time.perf_counter(), _cpu()
    counts = act()
    seconds = time.perf_counter() - ready
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    facts = {"seconds": seconds, "cpu": _cpu() - used, "start": ready - STARTED, "memory_mb": memory, "counts": counts}
    print(json.dumps(facts), flush=True)
    sys.stdout.flush()
    os._exit(0)  # nothing is left to do, and tearing an engine down would take its time


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
