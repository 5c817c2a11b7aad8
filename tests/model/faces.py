"""All that an asker can tell two answers apart by: status, body, headers, and the questions that the database was asked.

A clock would tell nothing certain on a busy machine.  The same questions in the same order are the same work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
    rb'|<code>[0-9a-f]{8}</code>|name="asof" value="[^"]+"|data-left="\d+"'
)
"""What differs between two answers to the same question: the form's token, ids, the incident's number, the clock."""

VALUES = re.compile(r"'[^']*'|\b[0-9a-f]{32}\b|\b\d+(?:\.\d+)?\b|\bs\d+_x\d+\b|_django_curs_\w+")
"""What differs between two times that the same question is asked, where it stands in the SQL itself."""
PASSING = {"Set-Cookie", "Date", "X-Request-Id", "Content-Length"}
"""Headers that tell nothing of the thing.  The length is the body's own, which is compared itself."""


@dataclass(frozen=True, slots=True)
class Face:
    """One answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]

    def differs_from(self, other: Face) -> list[str]:
        """What the two can be told apart by."""
        return [
            name for name in ("status", "body", "headers", "questions") if getattr(self, name) != getattr(other, name)
        ]


@dataclass(slots=True)
class Questions:
    """Notes what the database is asked.  Django's own log would end after 9,000 questions, and spells out each value."""

    asked: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        sets = params if many else [params or ()]
        self.asked.append(_without_values(sql) + "".join(" " + _nulls(values) for values in sets))
        return execute(sql, params, many, context)


@lru_cache(maxsize=4096)
def _without_values(sql: str) -> str:
    return VALUES.sub("?", sql)


def _nulls(values: Any) -> str:
    """Which of the values are none: that alone shows in a question."""
    given = values.values() if isinstance(values, dict) else values
    return "".join("0" if value is None else "?" for value in given)


def ask(client: Client, method: str, path: str, **rest: Any) -> tuple[Face, HttpResponse]:
    """The answer, and its face."""
    questions = Questions()
    with connection.execute_wrapper(questions):
        answer = (
            client.generic(method, path, **rest)
            if method not in {"GET", "POST"}
            else getattr(client, method.lower())(path, **rest)
        )
    body = b"" if answer.streaming else answer.content
    headers = sorted(
        (name, CHANGING.sub(b"", value.encode()).decode())
        for name, value in answer.headers.items()
        if name not in PASSING
    )
    return Face(answer.status_code, CHANGING.sub(b"", body), tuple(headers), tuple(questions.asked)), answer


def told_apart(one: Callable[[], Face], other: Callable[[], Face], *, asked: Face | None = None) -> list[str]:
    """What two questions can be told apart by, each time that they are asked: what differs once alone is the clock's.

    asked: the answer to the first, where it has just been asked.
    """
    found = (asked or one()).differs_from(other())
    return sorted(set(found) & set(one().differs_from(other()))) if found else []
