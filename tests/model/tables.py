"""Whether a request has changed anything: the database's own text of all rows, read only where the request wrote at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext

SESSIONS = frozenset({"accounts_storedsession", "django_session", "usersessions_usersession"})
WRITES = re.compile(
    r"(?:\d+ times: )?(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH)"
)  # `3 times: INSERT` is how Django tells of a repeated one
INTO = re.compile(r'(?:\d+ times: )?(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"')
"""The table that a statement of the ORM writes to.  No trigger and no cascade of the database's own writes to another."""


@cache
def tables() -> tuple[str, ...]:
    """All of them."""
    return tuple(sorted(connection.introspection.table_names()))


def state(which: Iterable[str]) -> dict[str, str]:
    """A hash of the rows of each of these tables."""
    found = {}
    with connection.cursor() as cursor:
        for table in which:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own table
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = sha256("\n".join(rows).encode()).hexdigest()
    return found


def written_to(statements: Iterable[str]) -> list[str]:
    """The tables that these statements write to; all of them where one does not tell."""
    writes = [sql for sql in statements if WRITES.match(sql)]
    named = [INTO.match(sql) for sql in writes]
    return sorted({one[1] for one in named if one}) if all(named) else list(tables())


@dataclass(slots=True)
class Change:
    """What differs after it: names of tables."""

    data: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()


@contextmanager
def watched() -> Iterator[Change]:
    """What is done inside; told at the end, and undone.  Rows are read only of tables that something was written to."""
    change = Change()
    reset_queries()  # Django keeps the last 9,000 alone: of a longer test nothing new would be seen
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        yield change
        written = written_to(query["sql"] for query in seen.captured_queries)
        after = state(written)
        transaction.set_rollback(True)
    found = _differing(state(written), after)
    change.sessions = tuple(table for table in found if table in SESSIONS)
    change.data = tuple(table for table in found if table not in SESSIONS)


def _differing(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    return tuple(table for table, rows in after.items() if before[table] != rows)


@contextmanager
def undone() -> Iterator[None]:
    """All that is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
