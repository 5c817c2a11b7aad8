"""What the agent takes from a STIX indicator: only what it needs to decide and to block.  Everything unknown counts as less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skyddsnat.agent.errors import HubError
from skyddsnat.agent.state.packing import read_us
from skyddsnat.policy.agent_guards import LeftOut, effective_ceiling, is_known_ceiling
from skyddsnat.policy.coverage import is_url
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.normal_form import Reason as NormReason
from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType
from skyddsnat.protocols.feedhead import object_hash
from skyddsnat.protocols.stix import STIX_ID, STIX_PATTERN, BadPattern, Compared, read_pattern

_INDICATOR = re.compile(r"indicator--.*")
"""On one line: ids stand in the lines that a head's digest is over."""
_DOMAIN_PATTERN = re.compile(r"\[\s*domain-name:value\s*=\s*'((?:[^'\\]|\\.){1,2000})'\s*\]")
_NAMED = re.compile(r"domain-name:|url:")
"""A pattern on a name that could not be read must not pass for one on something else."""
_ESCAPED = re.compile(r"\\(.)")

_FAULTS = {NormReason.MIXED_SCRIPT: LeftOut.MIXED_SCRIPTS, NormReason.URL_GIVEN: LeftOut.URL_AS_DOMAIN}
"""What is wrong with a domain's text, where that has a word of its own; all else is unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One version of one indicator.

    version: microseconds of `modified`.  live: not revoked.  name: domain or URL in normal form, None if it is neither or cannot
    be read.  digest: of a hash, as `PDQ:…`, in hexadecimal; None for anything else, and where the id has no UUID to be found by.
    fault: "", or why it is left out (`LeftOut`).  until: microseconds of `valid_until`, None for no end.
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
    digest: str | None = None


def parse_indicator(thing: Mapping[str, Any]) -> Indicator | None:
    """Read a STIX object; None if it is of another type.  Raises HubError if an indicator has no id or no version."""
    if thing.get("type") != "indicator":
        return None
    stix_id, version = thing.get("id"), _moment(thing.get("modified") or thing.get("created"))
    if not isinstance(stix_id, str) or not _INDICATOR.fullmatch(stix_id) or version is None:
        raise HubError(
            "an indicator without id or modified came from the hub, expected STIX 2.1; tell the hub's operator"
        )
    live = thing.get("revoked") is not True
    extension = _extension(thing.get("extensions"))
    ceiling = effective_ceiling(
        ceiling=extension.get("ceiling"), state=extension.get("state"), origin=extension.get("verdict_origin")
    )
    name, digest, wrong = _value(thing)
    until, dated = _until(thing.get("valid_until"))
    fault = ""
    if not is_known_ceiling(extension.get("ceiling")):
        fault = LeftOut.UNKNOWN_CEILING
    elif ceiling is Ceiling.BLOCK and (wrong or not dated):
        fault = wrong or LeftOut.UNREADABLE
    return Indicator(
        stix_id=stix_id,
        version=version,
        live=live,
        name=name if not fault else None,
        scope=_scope(name, extension),
        ceiling=ceiling,
        origin=str(extension.get("verdict_origin") or ""),
        fault=fault if live else "",
        until=until,
        said=object_hash(thing),
        digest=digest if not fault and STIX_ID.fullmatch(stix_id) else None,
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


def _value(thing: Mapping[str, Any]) -> tuple[str | None, str | None, str]:
    """(domain or URL in normal form, digest with its kind, what is wrong with it).

    A term, or a hash of a kind that no look-up here knows, is neither, and nothing is wrong with it.
    """
    pattern = thing.get("pattern")
    if not isinstance(pattern, str):
        return None, None, LeftOut.UNREADABLE
    if (match := _DOMAIN_PATTERN.fullmatch(pattern)) is not None:
        return _normal(Compared(SignalType.DOMAIN, _ESCAPED.sub(r"\1", match[1])))
    try:
        compared = read_pattern(thing.get("pattern_type", STIX_PATTERN), pattern)
    except BadPattern:
        return None, None, LeftOut.UNREADABLE if _NAMED.search(pattern) else ""
    return (None, None, LeftOut.UNREADABLE) if compared.type is SignalType.DOMAIN else _normal(compared)


def _normal(compared: Compared) -> tuple[str | None, str | None, str]:
    if compared.type is SignalType.TERM:
        return None, None, ""
    try:
        form = normalise(compared.type, compared.text, hash_kind=compared.hash_kind)
    except NotNormal as refusal:
        wrong = _FAULTS.get(refusal.reason, LeftOut.UNREADABLE)
        return None, None, "" if compared.type is SignalType.HASH else wrong
    if form.hash_kind is not None:
        return None, f"{form.hash_kind}:{form.value}", ""
    return form.value, None, ""


def _scope(name: str | None, extension: Mapping[str, Any]) -> Scope:
    """How far a domain reaches; a URL is itself and nothing more, whatever the hub says."""
    whole = extension.get("scope") == Scope.SUBDOMAINS and not (name is not None and is_url(name))
    return Scope.SUBDOMAINS if whole else Scope.EXACT


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
        return read_us(text)
    except ValueError:
        return None
