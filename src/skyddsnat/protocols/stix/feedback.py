"""What members say of a published signal: sightings and opinions, aggregated, never saying who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from skyddsnat.policy.vocabulary import Marking
from skyddsnat.protocols.stix.extension import extended
from skyddsnat.protocols.stix.identifiers import Issuer, feedback_uuid
from skyddsnat.protocols.stix.markings import MARKING_IDS
from skyddsnat.protocols.stix.moments import stix_time

OPINIONS: Final = {
    "not_illegal": "strongly-disagree",
    "wrong_scope": "disagree",
    "gone": "disagree",
    "parked_or_resold": "disagree",
    "duplicate": "neutral",
    "malformed": "neutral",
}
"""Fixed reasons of negative feedback, and the STIX opinion that each becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingFacts:
    """That members saw the signal too.  at_least: lower bound of the bucket of counts.  first, last: the period's bounds."""

    indicator: str
    at_least: int
    first: datetime
    last: datetime
    since: datetime
    marking: Marking


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionFacts:
    """That a member objects, for a fixed reason.  key: tells opinions of one reason apart (the feedback's own UUID)."""

    indicator: str
    reason: str
    key: str
    since: datetime
    marking: Marking
    withdrawn: bool = False


def sighting(facts: SightingFacts, *, issuer: Issuer, modified: datetime) -> dict[str, Any]:
    """A sighting by the coalition as a whole.  There is one per indicator; later counts are later versions."""
    stix_id = feedback_uuid(issuer.namespace, kind="sighting", indicator=facts.indicator, key="")
    return _common(
        "sighting", f"sighting--{stix_id}", facts, issuer=issuer, modified=modified, description="Seen by members too."
    ) | {
        "sighting_of_ref": facts.indicator,
        "where_sighted_refs": [issuer.ref],
        "first_seen": stix_time(facts.first),
        "last_seen": stix_time(max(facts.last, facts.first)),
        "count": facts.at_least,
        "summary": True,
        "extensions": extended(count_at_least=facts.at_least),
    }


def opinion(facts: OpinionFacts, *, issuer: Issuer, modified: datetime) -> dict[str, Any]:
    """An objection.  Raises KeyError for a reason that is not in OPINIONS."""
    stix_id = feedback_uuid(issuer.namespace, kind="opinion", indicator=facts.indicator, key=facts.key)
    found = _common("opinion", f"opinion--{stix_id}", facts, issuer=issuer, modified=modified, description="") | {
        "opinion": OPINIONS[facts.reason],
        "explanation": f"Reason given by a member: {facts.reason}.",
        "object_refs": [facts.indicator],
        "extensions": extended(reason=facts.reason),
    }
    return found | {"revoked": True} if facts.withdrawn else found


def _common(
    type: str,
    stix_id: str,
    facts: SightingFacts | OpinionFacts,
    *,
    issuer: Issuer,
    modified: datetime,
    description: str,
) -> dict[str, Any]:
    if facts.marking is Marking.RED:
        raise ValueError("feedback on a RED item was to be written as STIX, expected AMBER+STRICT or wider")
    found: dict[str, Any] = {
        "type": type,
        "spec_version": "2.1",
        "id": stix_id,
        "created_by_ref": issuer.ref,
        "created": stix_time(facts.since),
        "modified": stix_time(max(modified, facts.since)),
    }
    if description:
        found["description"] = description
    found["object_marking_refs"] = [MARKING_IDS[facts.marking]]
    return found
