"""Objects that the tests of the feed publish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from skyddsnat.hub.feed.services import issuer
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix import SignalFacts, indicator

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CIRCLE = UUID("7a4d6c1e-6a0b-4c3e-8f55-2d0a7e5b9c01")


def listed(name: str, *, at: datetime = NOW, **changes: Any) -> dict[str, Any]:
    """A verified domain as the hub publishes it.  at: names the version."""
    facts: dict[str, Any] = {
        "type": SignalType.DOMAIN,
        "value": name,
        "hash_kind": None,
        "circle": CIRCLE,
        "episode": 1,
        "state": State.VERIFIED,
        "ceiling": Ceiling.BLOCK,
        "origins": (Mandate.POLICE,),
        "scope": Scope.EXACT,
        "marking": Marking.AMBER_STRICT,
        "basis": Basis.POLICE_LIST,
        "techniques": (),
        "since": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=89),
        "revoked": False,
    }
    return indicator(SignalFacts(**(facts | changes)), issuer=issuer(), modified=at)


def many(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    """Many domains, made fast: one template with other names and ids."""
    first = listed("d0.example")
    return [
        first
        | {
            "id": f"indicator--{UUID(int=(5 << 76) | (8 << 60) | number)}",
            "pattern": f"[domain-name:value = 'd{number}.example']",
        }
        for number in range(start, start + count)
    ]
