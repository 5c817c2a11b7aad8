"""Whether a request has changed anything: the database's own text of all rows, read only where the request wrote at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext

SESSIONS = frozenset({"accounts_storedsession", "django_session", "usersessions_usersession"})
WRITES = re.compile(
    r"(?:\d+ times: )?(?:INSERT|UPDATE|DELETE)"
)  # `3 times: INSERT` is how Django tells of a repeated one


@cache
def tables() -> tuple[str, ...]:
    """All of them."""
    return tuple(sorted(connection.introspection.table_names()))


def state(*, sessions: bool) -> dict[str, str]:
    """A hash of each table's rows, either of the sessions' tables or of all others."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            if (table in SESSIONS) is sessions:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own table
                rows = sorted(repr(row) for row in cursor.fetchall())
                found[table] = sha256("\n".join(rows).encode()).hexdigest()
    return found


@dataclass(slots=True)
class Change:
    """What differs after it: names of tables."""

    data: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()


@contextmanager
def watched() -> Iterator[Change]:
    """What is done inside; told at the end, and undone.  Rows are read only where something was written to such a table."""
    change = Change()
    reset_queries()  # Django keeps the last 9,000 alone: of a longer test nothing new would be seen
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        yield change
        written = [query["sql"][:80] for query in seen.captured_queries if WRITES.match(query["sql"])]
        kinds = {any(f'"{table}"' in sql for table in SESSIONS) for sql in written}
        after = {sessions: state(sessions=sessions) for sessions in kinds}
        transaction.set_rollback(True)
    for sessions, rows in after.items():
        found = _differing(state(sessions=sessions), rows)
        if sessions:
            change.sessions = found
        else:
            change.data = found


def _differing(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    return tuple(table for table, rows in after.items() if before[table] != rows)


@contextmanager
def undone() -> Iterator[None]:
    """All that is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
