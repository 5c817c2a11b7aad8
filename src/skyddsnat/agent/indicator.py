"""What the agent takes from a STIX indicator: only what it needs to decide and to block.  Everything unknown counts as less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skyddsnat.agent.errors import HubError
from skyddsnat.agent.state.packing import to_us
from skyddsnat.policy.agent_guards import effective_ceiling, is_known_ceiling
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType
from skyddsnat.protocols.feedhead import object_hash

_DOMAIN_PATTERN = re.compile(r"\[\s*domain-name:value\s*=\s*'((?:[^'\\]|\\.){1,2000})'\s*\]")
_ANY_DOMAIN = re.compile(r"domain-name:")
_ESCAPED = re.compile(r"\\(.)")

UNKNOWN_CEILING = "unknown_ceiling"
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One version of one indicator.

    version: microseconds of `modified`.  live: not revoked.  name: normal form, None if it is not a domain that can be read.
    fault: "", "unknown_ceiling" or "unreadable".  until: microseconds of `valid_until`, None for no end.
    said: hash of the whole object as it came (`protocols.feedhead.object_hash`).
    """

    stix_id: str
    version: int
    live: bool
    name: str | None
    scope: Scope
    ceiling: Ceiling
    origin: str
    fault: str
    until: int | None
    said: str


def parse_indicator(thing: Mapping[str, Any]) -> Indicator | None:
    """Read a STIX object; None if it is of another type.  Raises HubError if an indicator has no id or no version."""
    if thing.get("type") != "indicator":
        return None
    stix_id, version = thing.get("id"), _moment(thing.get("modified") or thing.get("created"))
    if not isinstance(stix_id, str) or not stix_id.startswith("indicator--") or version is None:
        raise HubError(
            "an indicator without id or modified came from the hub, expected STIX 2.1; tell the hub's operator"
        )
    live = thing.get("revoked") is not True
    extension = _extension(thing.get("extensions"))
    ceiling = effective_ceiling(
        ceiling=extension.get("ceiling"), state=extension.get("state"), origin=extension.get("verdict_origin")
    )
    name, readable = _name(thing.get("pattern"))
    until, dated = _until(thing.get("valid_until"))
    fault = ""
    if not is_known_ceiling(extension.get("ceiling")):
        fault = UNKNOWN_CEILING
    elif ceiling is Ceiling.BLOCK and not (readable and dated):
        fault = UNREADABLE
    return Indicator(
        stix_id=stix_id,
        version=version,
        live=live,
        name=name if not fault else None,
        scope=Scope.SUBDOMAINS if extension.get("scope") == Scope.SUBDOMAINS else Scope.EXACT,
        ceiling=ceiling,
        origin=str(extension.get("verdict_origin") or ""),
        fault=fault if live else "",
        until=until,
        said=object_hash(thing),
    )


def _extension(extensions: object) -> Mapping[str, Any]:
    """Our property extension, whatever its id: the one that speaks of a ceiling.  Two of them contradict: none counts."""
    if not isinstance(extensions, dict):
        return {}
    ours = [
        value
        for value in extensions.values()
        if isinstance(value, dict) and value.get("extension_type") == "property-extension" and "ceiling" in value
    ]
    return ours[0] if len(ours) == 1 else {}


def _name(pattern: object) -> tuple[str | None, bool]:
    """(domain in normal form, whether the pattern could be read).  A pattern on something else is readable and no domain."""
    if not isinstance(pattern, str):
        return None, False
    match = _DOMAIN_PATTERN.fullmatch(pattern)
    if match is None:
        return None, _ANY_DOMAIN.search(pattern) is None
    try:
        return normalise(SignalType.DOMAIN, _ESCAPED.sub(r"\1", match[1])).value, True
    except NotNormal:
        return None, False


def _until(text: object) -> tuple[int | None, bool]:
    """(end of validity, whether it could be read)."""
    if text is None:
        return None, True
    moment = _moment(text)
    return moment, moment is not None


def _moment(text: object) -> int | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_us(moment) if moment.tzinfo is not None else None
