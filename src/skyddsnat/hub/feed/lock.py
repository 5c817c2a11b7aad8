"""The commit-order lock: whoever writes to the feed holds it from the first stamp to the commit.

A stamp that is taken before commit is not in commit order: one writer takes 10, another takes 11 and commits, a reader sees 11
and moves on, and 10 appears behind its back.  One lock for all collections, because there is one counter for all of them.
"""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.transaction import TransactionManagementError

FEED_LOCK: Final = 0x736B_7964
"""PostgreSQL's advisory lock; any number that nothing else in the database uses."""


def take_commit_order_lock() -> None:
    """Take the lock until the transaction ends.  Take it last, behind all row locks.

    SQLite has one writer at a time, and IMMEDIATE transactions (settings, feed.checks) make this one it from the start.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "the feed was to be written outside a transaction, expected transaction.atomic()"
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FEED_LOCK])
