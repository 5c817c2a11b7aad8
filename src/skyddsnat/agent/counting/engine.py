"""DuckDB, in memory alone: it may neither spill to the disk nor read a file nor load an extension.

ibis makes the SQL and DuckDB is given it directly: so neither pyarrow nor pandas is needed at an operator's site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from skyddsnat.agent.counting.times import BUCKET, DAY
from skyddsnat.agent.errors import AgentError
from skyddsnat.site.garbage import none_while_loading

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from skyddsnat.agent.counting.collect import Seen

SETTINGS: Final = (
    "temp_directory = ''",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
)
"""In this order: each shuts a door, and the last one the room."""


MANY: Final = 1_000_000
"""Different hits, some hundred megabytes, at which names give way to their entries: names cost nothing to make up."""


class Engine:
    """One run's tables."""

    def __init__(self) -> None:
        self._many = MANY
        try:
            with none_while_loading():
                import duckdb
                import ibis.backends.sql.compilers  # noqa: F401  a missing one is told before anything is read
        except ImportError as error:
            raise AgentError(
                f'{error.name} is not installed, expected the extra "count"; run: pip install "skyddsnat[agent,count]"'
            ) from None
        self._db = duckdb.connect(":memory:")
        for setting in SETTINGS:
            self._db.execute(f"SET {setting}")
        self._db.execute("CREATE TABLE hits(resolver VARCHAR, token BIGINT, qname VARCHAR, bucket BIGINT, n BIGINT)")
        self._db.execute("CREATE TABLE listed(name VARCHAR, tree BOOLEAN)")

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def add_hits(self, hits: Mapping[Seen, int]) -> None:
        """Take gathered hits in."""
        columns = [[*column] for column in zip(*hits, strict=True)]
        self._db.execute(
            "INSERT INTO hits SELECT unnest($1::VARCHAR[]), unnest($2::BIGINT[]), unnest($3::VARCHAR[]), unnest($4::BIGINT[]),"
            " unnest($5::BIGINT[])",
            [*columns, [*hits.values()]],
        )

    def days(self) -> tuple[int, int] | None:
        """The first and the last day of the hits, once they are so many that they ought to be squeezed; else None."""
        rows = self._db.execute("SELECT count(*), min(bucket), max(bucket) FROM hits").fetchone()
        if rows is None or rows[0] < self._many:
            return None
        return rows[1] * BUCKET // DAY, rows[2] * BUCKET // DAY

    def squeeze(self, expression: Table) -> None:
        """Put what the expression makes of the hits in their place.  Where many are left, twice as many are waited for."""
        self._db.execute(f"CREATE OR REPLACE TABLE hits AS {sql(expression)}")
        rows = self._db.execute("SELECT count(*) FROM hits").fetchone()
        self._many = max(MANY, 2 * (rows[0] if rows else 0))

    def set_listed(self, texts: Iterable[str]) -> tuple[int, ...]:
        """Take lists in, each as lines `name scope`; returns the numbers of labels that names have.  URLs are no names."""
        self._db.execute("DELETE FROM listed")
        for text in texts:
            self._db.execute(
                "INSERT INTO listed SELECT split_part(line, ' ', 1), split_part(line, ' ', 2) = 'subdomains'"
                " FROM (SELECT unnest(string_split($1, chr(10))) AS line) WHERE line <> '' AND NOT contains(line, '/')",
                [text],
            )
        self._db.execute("CREATE OR REPLACE TABLE listed AS SELECT DISTINCT * FROM listed")
        rows = self._db.execute("SELECT DISTINCT len(string_split(name, '.')) FROM listed ORDER BY 1").fetchall()
        return tuple(row[0] for row in rows) or (1,)

    def rows(self, expression: Table) -> list[dict[str, Any]]:
        """What an expression over `hits` and `listed` gives."""
        answer = self._db.execute(sql(expression))
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@lru_cache(maxsize=16)
def sql(expression: Table) -> str:
    """The expression for DuckDB.  Of one that is asked again it is known already."""
    from ibis.backends.sql.compilers import DuckDBCompiler

    return str(DuckDBCompiler().to_sqlglot(expression).sql("duckdb"))
