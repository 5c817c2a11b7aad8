"""The objects that all servers get: invented domains, as members hand them in and as the hub publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any
from uuid import UUID


def indicator(number: int) -> dict[str, Any]:
    """A plain STIX 2.1 indicator, as any client would send it."""
    at = "2026-11-01T00:00:00.000Z"
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{identifier(number)}",
        "created": at,
        "modified": at,
        "name": "Domain",
        "pattern": f"[domain-name:value = '{name(number)}']",
        "pattern_type": "stix",
        "valid_from": at,
    }


def indicators(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    """Many of them."""
    return [indicator(number) for number in range(start, start + count)]


def published(template: dict[str, Any], count: int, *, start: int = 0) -> Iterator[dict[str, Any]]:
    """Verified domains as the hub publishes them.  template: one that the hub has made."""
    for number in range(start, start + count):
        pattern = f"[domain-name:value = '{name(number)}']"
        yield template | {"id": f"indicator--{identifier(number)}", "pattern": pattern}


def name(number: int) -> str:
    """A domain that nobody can have."""
    return f"{blake2b(number.to_bytes(8), digest_size=5).hexdigest()}-{number}.example"


def identifier(number: int) -> UUID:
    """As random as the hub's own, and the same in each run: ids in order would pack and sort better than real ones do."""
    return UUID(int=int.from_bytes(blake2b(number.to_bytes(8), digest_size=16).digest()), version=5)
