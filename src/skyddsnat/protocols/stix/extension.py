"""Our property extension on indicators, sightings and opinions, and the objects that define it (docs/taxii.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

EXTENSION_ID: Final = "extension-definition--42f88da0-a7b9-4762-950f-761bd1dec033"
"""Minted once for all coalitions; it must never change."""

PROJECT_ID: Final = "identity--d5be3077-eb1b-42ac-8e51-4ad1fa7d3dd1"
_WRITTEN: Final = "2026-11-24T00:00:00.000Z"

_SCHEMA: Final = """\
Property extension of indicator, sighting and opinion objects. All properties are optional; ignore what you do not know.
state (string): submitted, in_review, corroborated, verified, disputed, rejected, withdrawn or expired.
ceiling (string): the most that a receiver may do, none < inform < observe < block; read any other value as none.
verdict_origin (string): police or hotline, the strongest verdict that stands; absent before a verdict.
scope (string): exact (this host alone) or subdomains (the domain and all below it).
episode (integer): rises when a value is listed anew; a revoked id never returns.
circle (string): UUID of the circle in which the object was shared.
basis (string): police_list, hotline_assessment, court or own_observation.
techniques (list of string): technique ids of the coalition's catalogue.
reason (string): why a report was turned down, or what an opinion says, as a fixed code.
submitted_id (string): in an inbox, the id under which the member's machine sent the object.
listed_as (string): in an inbox, the id of the indicator in the circle's feeds.
count_at_least (integer): of a sighting, the lower bound of a bucket of counts.
A member that submits may set circle, scope, basis and techniques; the rest is the hub's to say.
"""


def project_identity() -> dict[str, Any]:
    """The author of the extension definition, which STIX wants to be named."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": PROJECT_ID,
        "created": _WRITTEN,
        "modified": _WRITTEN,
        "name": "Skyddsnät",
        "description": "The software project that defines this extension. It issues no signals.",
        "identity_class": "system",
    }


def extension_definition() -> dict[str, Any]:
    """The object that tells what our extension's properties mean."""
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION_ID,
        "created_by_ref": PROJECT_ID,
        "created": _WRITTEN,
        "modified": _WRITTEN,
        "name": "Skyddsnät signal",
        "description": "State, action ceiling and origin of a signal that a coalition shares.",
        "schema": _SCHEMA,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def extended(**properties: Any) -> dict[str, Any]:
    """The `extensions` of an object; properties that are None or empty are left out."""
    kept = {name: value for name, value in properties.items() if value or value not in (None, "", [])}
    return {EXTENSION_ID: {"extension_type": "property-extension", **kept}}


def properties_of(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our properties of an object that we wrote ourselves; empty if it has none."""
    found = thing.get("extensions", {}).get(EXTENSION_ID, {})
    return found if isinstance(found, dict) else {}
