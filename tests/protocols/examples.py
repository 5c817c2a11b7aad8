"""Objects that several tests of the wire formats start from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from skyddsnat.policy.vocabulary import Basis, Ceiling, HashKind, Mandate, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix import Issuer, SignalFacts, SubmissionFacts

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
CIRCLE = UUID("7a4d6c1e-6a0b-4c3e-8f55-2d0a7e5b9c01")
ISSUER = Issuer(
    namespace=UUID("0f5a4f0e-6b6e-4f6d-9c0b-1f2e3d4c5b6a"),
    identity=UUID("b2a1c0d9-1234-4abc-8def-0123456789ab"),
    name="Provkoalitionen",
    since=datetime(2026, 9, 1, tzinfo=UTC),
)
VALUES: list[tuple[SignalType, str, HashKind | None]] = [
    (SignalType.DOMAIN, "name.example", None),
    (SignalType.URL, "http://name.example/it's/a\\path", None),
    (SignalType.HASH, "0a" * 16, HashKind.MD5),
    (SignalType.HASH, "0a" * 20, HashKind.SHA1),
    (SignalType.HASH, "0a" * 32, HashKind.SHA256),
    (SignalType.HASH, "0a" * 32, HashKind.PDQ),
    (SignalType.TERM, "ett påhittat ord", None),
]


def signal_facts(**changes: Any) -> SignalFacts:
    """A domain that police have verified."""
    facts: dict[str, Any] = {
        "type": SignalType.DOMAIN,
        "value": "name.example",
        "hash_kind": None,
        "circle": CIRCLE,
        "episode": 1,
        "state": State.VERIFIED,
        "ceiling": Ceiling.BLOCK,
        "origins": (Mandate.POLICE, Mandate.HOTLINE),
        "scope": Scope.EXACT,
        "marking": Marking.AMBER_STRICT,
        "basis": Basis.POLICE_LIST,
        "techniques": (),
        "since": NOW - timedelta(days=2),
        "valid_until": NOW + timedelta(days=88),
        "revoked": False,
    }
    return SignalFacts(**(facts | changes))


def submission_facts(**changes: Any) -> SubmissionFacts:
    """A report that waits for review."""
    facts: dict[str, Any] = {
        "id": UUID("11111111-2222-4333-8444-555555555555"),
        "type": SignalType.DOMAIN,
        "value": "name.example",
        "hash_kind": None,
        "circle": CIRCLE,
        "state": State.SUBMITTED,
        "ceiling": Ceiling.NONE,
        "scope": Scope.SUBDOMAINS,
        "marking": Marking.AMBER_STRICT,
        "basis": Basis.OWN_OBSERVATION,
        "since": NOW,
    }
    return SubmissionFacts(**(facts | changes))


def incoming_indicator(**changes: Any) -> dict[str, Any]:
    """An indicator as a member's machine sends it; None as a value leaves the field out."""
    thing = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-21T10:00:00.000Z",
        "pattern_type": "stix",
        "pattern": "[domain-name:value = 'name.example']",
        "valid_from": "2026-11-20T10:00:00Z",
    }
    return {name: value for name, value in (thing | changes).items() if value is not None}
