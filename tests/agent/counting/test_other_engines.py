"""The very expression by which the agent counts, on other engines and beside plain Python: every number is the same."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.agent.counting import days, plan
from skyddsnat.agent.counting.collect import Seen
from skyddsnat.agent.counting.engine import Engine
from skyddsnat.agent.counting.store import day_number
from skyddsnat.agent.counting.times import BUCKET
from skyddsnat.policy.coverage import Coverage, Listed, ancestors
from skyddsnat.policy.vocabulary import Scope

DICE = random.Random(20261128)
LABELS = ["a", "b", "c", "xn--rksmrgs-5wao1o", "www", "d-1"]
"""So few that names are often below one another."""


def a_name(most: int = 5) -> str:
    return ".".join([*(DICE.choice(LABELS) for _ in range(DICE.randint(0, most))), "test"])


LISTED = [*{a_name(3): DICE.choice([*Scope]) for _ in range(40)}.items()]
HITS = {
    Seen(
        resolver=f"r{DICE.randint(1, 3)}",
        token=None if DICE.random() < 0.2 else DICE.randint(-3, 3),
        name=a_name(),
        bucket=20_000 * plan.BUCKETS_A_DAY + DICE.randint(0, 3 * plan.BUCKETS_A_DAY),
    ): DICE.randint(1, 4)
    for _ in range(3000)
}
DEPTHS = tuple(sorted({name.count(".") + 1 for name, _ in LISTED}))


def by_hand() -> dict[str, dict[tuple[Any, ...], tuple[int, ...]]]:
    """The definitions, as a person would write them."""
    entries = {name: Scope(scope) for name, scope in LISTED}
    hits: Counter[Any] = Counter()
    elsewhere: Counter[Any] = Counter()
    once: dict[str, set[Any]] = {"resolver": set(), "day": set(), "entry": set()}
    clients: set[Any] = set()
    per_entry: Counter[Any] = Counter()
    for seen, times in HITS.items():
        day = seen.bucket // plan.BUCKETS_A_DAY
        trees = [above for above in (seen.name, *ancestors(seen.name)) if entries.get(above) is Scope.SUBDOMAINS]
        entry = seen.name if seen.name in entries else next(iter(trees), None)
        assert (entry is not None) == Coverage(Listed(*one) for one in entries.items()).blocks(seen.name)
        if entry is None:
            elsewhere[day, seen.resolver] += times
            continue
        hits[day, seen.resolver] += times
        per_entry[day, entry] += times
        if seen.token is not None:
            once["resolver"].add((day, seen.resolver, seen.token, entry, seen.bucket))
            once["day"].add((day, seen.token, entry, seen.bucket))
            clients.add((day, seen.token))
    keys = set(hits) | set(elsewhere)
    of_resolver = Counter(one[:2] for one in once["resolver"])
    of_day, of_entry = Counter(one[0] for one in once["day"]), Counter((one[0], one[2]) for one in once["day"])
    client_days = Counter(day for day, _ in clients)
    return {
        "by_resolver": {key: (hits[key], elsewhere[key], of_resolver[key]) for key in keys},
        "by_day": {(day,): (number, client_days[day]) for day, number in of_day.items()},
        "by_entry": {key: (number, of_entry[key]) for key, number in per_entry.items()},
        "of_all_lookups": {key: (number,) for key, number in hits.items()},
        "of_a_log_by_day": {key: (number,) for key, number in hits.items()},
    }


def expressions() -> dict[str, Any]:
    import ibis

    hits, listed = ibis.table(plan.HITS, name="hits"), ibis.table(plan.LISTED, name="listed")
    found = plan.mapped(hits, listed, depths=DEPTHS)
    return {
        "by_resolver": plan.by_resolver(found),
        "by_day": plan.by_day(found),
        "by_entry": plan.by_entry(found),
        "of_all_lookups": plan.hit_counts(as_log(hits), listed, depths=DEPTHS),
        "of_a_log_by_day": plan.hit_counts(by_day(as_log(hits)), listed, depths=DEPTHS),
    }


def as_log(hits: Any) -> Any:
    """The same look-ups as a log of all look-ups has them: a row for each, with a time that no time zone moves."""
    import ibis

    rows = hits.mutate(once=ibis.range(hits.n).unnest())
    began = ibis.literal(datetime(1970, 1, 1))  # noqa: DTZ001  UTC, as in the log
    return rows.select("resolver", "qname", ts=began + (rows.bucket * BUCKET).as_interval("s"))


def by_day(logs: Any) -> Any:
    """The same log as it lies in a folder for each day, whose times nobody asks for."""
    return logs.select("resolver", "qname", day=logs.ts.date())


COLUMNS = {
    "by_resolver": (("day", "resolver"), ("hits", "elsewhere", "lookups")),
    "by_day": (("day",), ("lookups", "clients")),
    "by_entry": (("day", "entry"), ("hits", "lookups")),
    "of_all_lookups": (("day", "resolver"), ("n",)),
    "of_a_log_by_day": (("day", "resolver"), ("n",)),
}


def keyed(name: str, rows: Iterator[Any]) -> dict[tuple[Any, ...], tuple[int, ...]]:
    keys, values = COLUMNS[name]
    return {tuple(plain(row[key]) for key in keys): tuple(int(row[value]) for value in values) for row in rows}


def plain(value: Any) -> Any:
    """A date as the number that it has in hits."""
    return day_number(value) if isinstance(value, date) else value


def test_duckdb_counts_what_the_definitions_say() -> None:
    engine = Engine()
    assert (
        engine.set_listed("\n".join(f"{name} {scope}" for name, scope in LISTED[start::2]) for start in (0, 1))
        == DEPTHS
    )
    engine.add_hits(HITS)
    found = {name: keyed(name, iter(engine.rows(one))) for name, one in expressions().items()}
    assert found == by_hand()
    of_hits = ("by_resolver", "by_day", "by_entry")
    for _ in range(2):
        engine.squeeze(days._smaller(DEPTHS))
        squeezed = {name: keyed(name, iter(engine.rows(expressions()[name]))) for name in of_hits}
        assert squeezed == {name: by_hand()[name] for name in of_hits}
    engine.close()


def spark_session() -> Any:
    """Spark's own class.  What it needs comes silently while `make test` runs already: a fetch that failed is told here."""
    if not (shutil.which("java") or "JAVA_HOME" in os.environ):
        pytest.fail("there is no Java runtime; run: sh tools/packages servers", pytrace=False)
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as missing:
        words = "Spark's package could not be fetched (450 MB from the package index); run: make .venv/.spark"
        pytest.fail(f"no module {missing.name}: {words}", pytrace=False)
    return SparkSession


def test_without_spark_it_is_said_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/somewhere")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(pytest.fail.Exception, match=r"run: make \.venv/\.spark"):
        spark_session()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(pytest.fail.Exception, match="run: sh tools/packages servers"):
        spark_session()


@pytest.mark.servers
def test_spark_counts_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Needs a Java runtime (tools/packages servers) and Spark's own package (`make .venv/.spark`)."""
    from ibis.backends.sql.compilers import PySparkCompiler

    builder = spark_session().builder.master("local[1]")
    logging.getLogger("py4j").setLevel(logging.WARNING)  # its last words come when nobody reads them any more
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    try:
        spark.sparkContext.setLogLevel("ERROR")
        hits = [{**seen._asdict(), "qname": seen.name, "n": times} for seen, times in HITS.items()]
        listed = [{"name": name, "tree": scope == Scope.SUBDOMAINS} for name, scope in LISTED]
        for name, rows, columns in (("hits", hits, plan.HITS), ("listed", listed, plan.LISTED)):
            (tmp_path / name).write_text("\n".join(map(json.dumps, rows)))
            schema = ", ".join(f"{column} {kind.replace('int64', 'bigint')}" for column, kind in columns.items())
            spark.read.schema(schema).json(str(tmp_path / name)).createOrReplaceTempView(name)
        for name in expressions():
            question = PySparkCompiler().to_sqlglot(expressions()[name]).sql("databricks")
            assert keyed(name, iter(spark.sql(question).collect())) == by_hand()[name]
    finally:
        spark.stop()
