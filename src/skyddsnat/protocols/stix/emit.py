"""Indicators from frozen facts: templates, so that no STIX library runs in the hub.  All texts are fixed and neutral."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from skyddsnat.policy.vocabulary import Basis, Ceiling, HashKind, Mandate, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix.extension import extended, extension_definition, project_identity
from skyddsnat.protocols.stix.identifiers import Issuer, signal_uuid, submission_uuid
from skyddsnat.protocols.stix.markings import MARKING_IDS, marking_definition
from skyddsnat.protocols.stix.moments import read_moment, stix_time
from skyddsnat.protocols.stix.pattern import write_pattern

SERVED_MARKINGS: Final = (Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT)
"""RED is not among them: it never leaves the web pages."""

TYPE_NAMES: Final = {
    SignalType.DOMAIN: "Domain",
    SignalType.URL: "URL",
    SignalType.HASH: "Hash",
    SignalType.TERM: "Term",
}
_PLAIN_STATES: Final = {state: state.value.replace("_", " ") for state in State}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFacts:
    """A published signal, as of one moment.

    value: normal form.  since: when this episode was first published; the same in all its versions.
    origins: mandates whose verdict stands, strongest first.  basis: of the strongest verdict, None before one.
    revoked: withdrawn, expired or lifted; no later version of this episode may follow.
    """

    type: SignalType
    value: str
    hash_kind: HashKind | None
    circle: UUID
    episode: int
    state: State
    ceiling: Ceiling
    origins: tuple[Mandate, ...]
    scope: Scope
    marking: Marking
    basis: Basis | None
    techniques: tuple[str, ...]
    since: datetime
    valid_until: datetime
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """One report of a member's own, with what became of it, for that member's inbox and for no one else.

    state: as the member may know it.  submitted_id: the id its machine sent, "" from a form.  listed_as: the id of the
    signal's indicator once that is published.  reason: why it was rejected, a fixed code.  since: when it was handed in.
    """

    id: UUID
    type: SignalType
    value: str
    hash_kind: HashKind | None
    circle: UUID
    state: State
    ceiling: Ceiling
    scope: Scope
    marking: Marking
    basis: Basis
    since: datetime
    submitted_id: str = ""
    listed_as: str = ""
    reason: str = ""

    @property
    def revoked(self) -> bool:
        """Whether the report has come to its end."""
        return self.state in {State.REJECTED, State.WITHDRAWN, State.EXPIRED}


def indicator_id(facts: SignalFacts, issuer: Issuer) -> str:
    """The STIX id of the signal in its episode."""
    found = signal_uuid(
        issuer.namespace,
        circle=facts.circle,
        type=facts.type,
        hash_kind=facts.hash_kind,
        value=facts.value,
        episode=facts.episode,
    )
    return f"indicator--{found}"


def indicator(facts: SignalFacts, *, issuer: Issuer, modified: datetime) -> dict[str, Any]:
    """The signal as a STIX indicator.

    modified: names the version, whole milliseconds, strictly later than that of the version before (`next_version`).
    Raises ValueError for RED, which never leaves the web pages.
    """
    basis = f" Basis: {facts.basis.value}." if facts.basis else ""
    use = "Listed by the coalition." if facts.ceiling is Ceiling.BLOCK else "Known to the coalition; not for blocking."
    return _indicator(
        facts,
        stix_id=indicator_id(facts, issuer),
        issuer=issuer,
        modified=modified,
        description=f"{use}{basis}",
        valid_until=facts.valid_until,
        extensions=extended(
            state=facts.state.value,
            ceiling=facts.ceiling.wire,
            verdict_origin=facts.origins[0].value if facts.origins else None,
            scope=facts.scope.value if facts.type is SignalType.DOMAIN else None,
            episode=facts.episode,
            circle=str(facts.circle),
            basis=facts.basis.value if facts.basis else None,
            techniques=list(facts.techniques),
        ),
    )


def submission_indicator(facts: SubmissionFacts, *, issuer: Issuer, modified: datetime) -> dict[str, Any]:
    """A member's own report as an indicator in its inbox.  Raises ValueError for RED."""
    return _indicator(
        facts,
        stix_id=f"indicator--{submission_uuid(issuer.namespace, facts.id, facts.since)}",
        issuer=issuer,
        modified=modified,
        description="Submitted by this member; what became of it stands in the extension.",
        valid_until=None,
        extensions=extended(
            state=facts.state.value,
            ceiling=facts.ceiling.wire,
            scope=facts.scope.value if facts.type is SignalType.DOMAIN else None,
            circle=str(facts.circle),
            basis=facts.basis.value,
            submitted_id=facts.submitted_id,
            listed_as=facts.listed_as,
            reason=facts.reason,
        ),
    )


def _indicator(
    facts: SignalFacts | SubmissionFacts,
    *,
    stix_id: str,
    issuer: Issuer,
    modified: datetime,
    description: str,
    valid_until: datetime | None,
    extensions: dict[str, Any],
) -> dict[str, Any]:
    if facts.marking is Marking.RED:
        raise ValueError(
            "a RED item was to be written as STIX, expected AMBER+STRICT or wider; RED stays on the web pages"
        )
    pattern_type, pattern = write_pattern(facts.type, facts.value, hash_kind=facts.hash_kind)
    since = stix_time(facts.since)
    found: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": stix_id,
        "created_by_ref": issuer.ref,
        "created": since,
        "modified": stix_time(max(modified, facts.since)),
        "name": f"{TYPE_NAMES[facts.type]}, {_PLAIN_STATES[facts.state]}",
        "description": description,
        "pattern": pattern,
        "pattern_type": pattern_type,
        "valid_from": since,
    }
    if valid_until is not None:
        found["valid_until"] = stix_time(valid_until)
    if facts.revoked:
        found["revoked"] = True
    found["object_marking_refs"] = [MARKING_IDS[facts.marking]]
    found["extensions"] = extensions
    return found


def identity(issuer: Issuer) -> dict[str, Any]:
    """The coalition, author of all that the hub says."""
    since = stix_time(issuer.since)
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": issuer.ref,
        "created": since,
        "modified": since,
        "name": issuer.name,
        "description": "The coalition that shares these signals.",
        "identity_class": "organization",
    }


def base_objects(issuer: Issuer) -> list[dict[str, Any]]:
    """What every collection holds before anything else, so that no reference in it points at nothing."""
    return [
        *(marking_definition(marking) for marking in SERVED_MARKINGS),
        project_identity(),
        extension_definition(),
        identity(issuer),
    ]


def version_us(thing: Mapping[str, Any]) -> int:
    """Microseconds that name the object's version: `modified`, else `created`, else 0.  Raises BadMoment."""
    text = thing.get("modified", thing.get("created"))
    return 0 if text is None else read_moment(text)
