"""A report as the agent's own code makes it, and a way to hand it in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from skyddsnat.hub.feed import queries as feed
from tests.cast import Cast

HandIn = Callable[..., Any]


def report(**changes: Any) -> dict[str, Any]:
    """A report of a healthy agent with the changes."""
    healthy = {
        "agent": "alfa-sthlm-1",
        "version": "0.1.0",
        "state": "live",
        "position": {},
        "list_sha256": "ab" * 32,
        "entries": 3,
        "resolvers": [
            {"name": "unbound-1", "ok": True, "checked_at": "2026-11-24T10:00:00+00:00", "serial": 2026112401},
            {"name": "unbound-2", "ok": False, "checked_at": None, "serial": None},
        ],
        "held": None,
        "measured": {"publish_seconds": 0.42},
        "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    return healthy | changes


@pytest.fixture
def hand_in(cast: Cast, client: Client) -> HandIn:
    """Post a report with a member's token of a scope; returns the answer."""

    def post(body: Any = None, *, member: str = "alfa", scope: str = "stats", **changes: Any) -> Any:
        content = report(**changes) if body is None else body
        return client.post(
            "/api/agent/report",
            content if isinstance(content, bytes) else json.dumps(content),
            content_type="application/json",
            headers={"Authorization": f"Bearer {cast.token(member, scope)}"},
        )

    return post


def verified_feed(cast: Cast, member: str = "alfa") -> str:
    """The id of the verified feed of the cast's circle."""
    return str(feed.feeds(cast.circle.pk)[1].pk)
