"""All that an asker can tell two answers apart by: status, body, headers, and the questions that the database was asked.

A clock would tell nothing certain on a busy machine.  The same questions in the same order are the same work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
    rb'|<code>[0-9a-f]{8}</code>|name="asof" value="[^"]+"|data-left="\d+"'
)
"""What differs between two answers to the same question: the form's token, ids, the incident's number, the clock."""

VALUES = re.compile(r"'[^']*'|\b[0-9a-f]{32}\b|\b\d+(?:\.\d+)?\b|\bs\d+_x\d+\b|_django_curs_\w+")
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


def ask(client: Client, method: str, path: str, **rest: Any) -> tuple[Face, HttpResponse]:
    """The answer, and its face."""
    with CaptureQueriesContext(connection) as seen:
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
    questions = tuple(VALUES.sub("?", query["sql"]) for query in seen.captured_queries)
    return Face(answer.status_code, CHANGING.sub(b"", body), tuple(headers), questions), answer


def told_apart(one: Callable[[], Face], other: Callable[[], Face]) -> list[str]:
    """What two questions can be told apart by, each time that they are asked: what differs once alone is the clock's."""
    found = one().differs_from(other())
    return sorted(set(found) & set(one().differs_from(other()))) if found else []
