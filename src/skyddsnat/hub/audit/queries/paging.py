"""Long tables by keyset: no cursor stays open while someone works, and no writer waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet

PAGE: Final = 2_000


def in_pages(rows: QuerySet[Any], field: str) -> Iterator[Any]:
    """The rows by a unique field that only rises.  A page that is not full is the last."""
    rows = rows.order_by(field)
    page = list(rows[:PAGE])
    yield from page
    while len(page) == PAGE:
        page = list(rows.filter(**{f"{field}__gt": getattr(page[-1], field)})[:PAGE])
        yield from page
