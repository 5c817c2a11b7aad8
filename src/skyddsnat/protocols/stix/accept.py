"""What we take from a member's machine or file: indicators of one comparison, and plain domain-name, url and file objects.

Strict on purpose: a field that STIX does not define, an extension property that is the hub's to say, an embedded file in any
disguise, a marking that we cannot honour, each is refused with a code and a message that never repeats a value.
Free text (`note`) is only measured here; the guards of the signals' intake read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType
from skyddsnat.protocols.errors import ProtocolError
from skyddsnat.protocols.stix.emit import TYPE_NAMES
from skyddsnat.protocols.stix.extension import EXTENSION_ID, extended
from skyddsnat.protocols.stix.identifiers import STIX_ID, Issuer
from skyddsnat.protocols.stix.markings import MARKING_IDS, read_marking
from skyddsnat.protocols.stix.moments import BadMoment, read_moment, stix_time_us, to_us
from skyddsnat.protocols.stix.pattern import BadPattern, Compared, hash_kind, read_pattern, write_pattern
from skyddsnat.protocols.stix.screen import refuse_payloads

LONGEST_NOTE: Final = 2_000
MOST_TECHNIQUES: Final = 10
LONGEST_VALUE: Final = 2_048

_COMMON: Final = frozenset(
    {"type", "spec_version", "id", "object_marking_refs", "granular_markings", "extensions", "defanged"}
)
_INDICATOR: Final = _COMMON | {
    *(
        "created",
        "modified",
        "created_by_ref",
        "revoked",
        "labels",
        "confidence",
        "lang",
        "external_references",
        "name",
    ),
    *("description", "indicator_types", "pattern", "pattern_type", "pattern_version", "valid_from", "valid_until"),
    "kill_chain_phases",
}
FIELDS: Final[dict[str, frozenset[str]]] = {
    "indicator": _INDICATOR,
    "domain-name": _COMMON | {"value", "resolves_to_refs"},
    "url": _COMMON | {"value"},
    "file": _COMMON
    | {"hashes", "size", "name", "name_enc", "magic_number_hex", "mime_type", "ctime", "mtime", "atime"}
    | {"parent_directory_ref", "contains_refs"},
}
"""The types that we take, and STIX 2.1's own fields of each; what is not used is read over and not kept."""

_READ: Final = frozenset(
    {
        "type",
        "spec_version",
        "id",
        "object_marking_refs",
        "created",
        "modified",
        "revoked",
    }
    | {"pattern", "pattern_type", "valid_from", "valid_until", "value"}
)
"""Fields whose form is checked, or that hold a value which the signals' intake checks."""

_FORMS: Final[dict[str, Callable[[object], bool]]] = {
    "confidence": lambda held: type(held) is int and 0 <= held <= 100,
    "size": lambda held: type(held) is int and held >= 0,
    "defanged": lambda held: type(held) is bool,
    "created_by_ref": lambda held: isinstance(held, str) and STIX_ID.fullmatch(held) is not None,
    "extension_type": lambda held: held == "property-extension",
}
"""Fields that nobody refuses for their form, and the form in which they can hide nothing; in any other the guard reads them."""

_CHOSEN: Final = frozenset({"circle", "scope", "basis", "techniques"})
"""What a sender chooses in our extension; whatever else than a word of the list is refused."""

_SETTABLE: Final = _CHOSEN | {"extension_type"}
_TECHNIQUE: Final = re.compile(r"[A-Z0-9-]{3,20}", re.ASCII)
_SHOWABLE: Final = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_BEST_FIRST: Final = (HashKind.SHA256, HashKind.PDQ, HashKind.SHA1, HashKind.MD5)


class BadObject(ProtocolError):
    """An object that is not taken in.  code: stable, for programs and translation.  message: plain, holds no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An object that we take in.

    text: as written, not yet in normal form.  version: microseconds, 0 for an object without one.
    circle: the circle that the sender named, None for its member's default.  marking: narrowest of those given; CLEAR and
    GREEN are narrowed to AMBER, since what members hand in is never open; none given is AMBER+STRICT.
    """

    stix_id: str
    object_type: str
    version: int
    created: int
    valid_from: int
    type: SignalType
    text: str
    hash_kind: HashKind | None
    scope: Scope
    basis: Basis
    note: str
    techniques: tuple[str, ...]
    circle: UUID | None
    marking: Marking

    def echo(self) -> dict[str, Any]:
        """The object as its sender finds it again in its inbox: the fields that we use, in our own spelling."""
        found: dict[str, Any] = {"type": self.object_type, "spec_version": "2.1", "id": self.stix_id}
        if self.object_type == "indicator":
            pattern_type, pattern = write_pattern(self.type, self.text, hash_kind=self.hash_kind)
            found |= {
                "created": stix_time_us(self.created),
                "modified": stix_time_us(self.version),
                "name": f"{TYPE_NAMES[self.type]}, submitted",
                "description": self.note or "Submitted by this member.",
                "pattern": pattern,
                "pattern_type": pattern_type,
                "valid_from": stix_time_us(self.valid_from),
            }
        elif self.hash_kind is not None:
            found["hashes"] = {self.hash_kind.value: self.text}
        else:
            found["value"] = self.text
        found["object_marking_refs"] = [MARKING_IDS[self.marking]]
        if self.object_type == "indicator":
            found["extensions"] = extended(
                scope=self.scope.value if self.type is SignalType.DOMAIN else None,
                circle=str(self.circle) if self.circle else None,
                basis=self.basis.value,
                techniques=list(self.techniques),
            )
        return found


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the sender set in our extension."""

    circle: UUID | None = None
    scope: Scope = Scope.EXACT
    basis: Basis = Basis.OWN_OBSERVATION
    techniques: tuple[str, ...] = ()


_NO_WISH: Final = _Wish()


def read_indicator(thing: object, *, now: datetime, issuer: Issuer | None = None) -> Incoming:
    """Read one STIX object that a member hands in.

    now: an indicator whose `valid_until` has passed is no lead.  issuer: whose own objects are refused, for a feed that is
    handed back would look like a second member's observation.
    Raises BadObject.
    """
    if not isinstance(thing, dict):
        raise BadObject("object", "not a STIX object, expected a JSON object")
    object_type = _type(thing)
    _refuse_unknown_fields(thing, object_type)
    refuse_payloads(thing, BadObject)
    stix_id = _stix_id(thing, object_type)
    if issuer is not None and thing.get("created_by_ref") == issuer.ref:
        raise BadObject(
            "own_object", "this is the coalition's own object; hand in only what you have observed yourself"
        )
    wish = _extension(thing.get("extensions", {}))
    marking = _marking(thing.get("object_marking_refs", []))
    if object_type == "indicator":
        created, version, valid_from = _times(thing, now)
        compared = _pattern(thing)
        note = _note(thing.get("description", ""))
    else:
        created = version = valid_from = 0
        compared = _observable(thing, object_type)
        note = ""
    if len(compared.text) > LONGEST_VALUE:
        raise BadObject("value", f"value is too long, expected at most {LONGEST_VALUE} characters")
    return Incoming(
        stix_id=stix_id,
        object_type=object_type,
        version=version,
        created=created,
        valid_from=valid_from,
        type=compared.type,
        text=compared.text,
        hash_kind=compared.hash_kind,
        scope=wish.scope,
        basis=wish.basis,
        note=note,
        techniques=wish.techniques,
        circle=wish.circle,
        marking=marking,
    )


def unchecked(thing: object) -> object:
    """What of an object no other check reads: free text, other extensions, fields that are read over and not kept.

    For the guard against imagery: nothing of it is kept but the note, and still none of it may hide a file.
    """
    if not isinstance(thing, dict):
        return thing
    rest = {name: inner for name, inner in thing.items() if name not in _READ and not _has_its_form(name, inner)}
    extensions = rest.get("extensions")
    if isinstance(extensions, dict):
        rest["extensions"] = {
            key: _rest_of_ours(inner) if key == EXTENSION_ID else inner for key, inner in extensions.items()
        }
    return rest


def _has_its_form(name: str, held: object) -> bool:
    return name in _FORMS and _FORMS[name](held)


def _rest_of_ours(extension: object) -> object:
    """What of our own extension its reader does not check."""
    if not isinstance(extension, dict):
        return extension
    return {name: inner for name, inner in extension.items() if name not in _CHOSEN and not _has_its_form(name, inner)}


def _type(thing: Mapping[str, Any]) -> str:
    found = thing.get("type")
    if not isinstance(found, str) or found not in FIELDS:
        shown = found if isinstance(found, str) and _SHOWABLE.fullmatch(found) else "this"
        raise BadObject("type", f"type {shown} is not taken here, expected {', '.join(FIELDS)}")
    spec = thing.get("spec_version", "2.1" if found != "indicator" else None)
    if spec != "2.1":
        raise BadObject("spec_version", 'spec_version is not "2.1"; send STIX 2.1')
    return found


def _refuse_unknown_fields(thing: Mapping[str, Any], object_type: str) -> None:
    known = FIELDS[object_type]
    if thing.keys() <= known:
        return
    for name in thing:
        if name not in known:
            shown = name if _SHOWABLE.fullmatch(name) else "with a strange name"
            raise BadObject("field", f"field {shown} is not taken here; send the fields of STIX 2.1 alone")


def _stix_id(thing: Mapping[str, Any], object_type: str) -> str:
    found = thing.get("id")
    match = STIX_ID.fullmatch(found) if isinstance(found, str) else None
    if match is None or match["type"] != object_type:
        raise BadObject("id", f"id was not read, expected {object_type}--UUID in lower case")
    return match[0]


def _times(thing: Mapping[str, Any], now: datetime) -> tuple[int, int, int]:
    if thing.get("revoked", False) is not False:
        raise BadObject("revoked", "a revoked object is not taken here; withdraw your report on its page in the hub")
    created, modified = _moment(thing, "created"), _moment(thing, "modified")
    valid_from = _moment(thing, "valid_from")
    if modified < created:
        raise BadObject("modified", "modified is before created, expected the same moment or later")
    if "valid_until" in thing:
        until = _moment(thing, "valid_until")
        if until <= valid_from:
            raise BadObject("valid_until", "valid_until is not after valid_from")
        if until <= to_us(now):
            raise BadObject("expired", "valid_until has passed; send what holds today")
    return created, modified, valid_from


def _moment(thing: Mapping[str, Any], name: str) -> int:
    try:
        return read_moment(thing.get(name))
    except BadMoment as fault:
        raise BadObject(name, f"{name}: {fault.message}") from None


def _pattern(thing: Mapping[str, Any]) -> Compared:
    try:
        return read_pattern(thing.get("pattern_type"), thing.get("pattern"))
    except BadPattern as fault:
        raise BadObject(fault.code, fault.message) from None


def _observable(thing: Mapping[str, Any], object_type: str) -> Compared:
    if object_type == "file":
        return _file(thing.get("hashes"))
    value = thing.get("value")
    if not isinstance(value, str) or not value:
        raise BadObject("value", "value is missing, expected text")
    return Compared(SignalType.URL if object_type == "url" else SignalType.DOMAIN, value)


def _file(hashes: object) -> Compared:
    """The one hash of a file that says most; the others name the same file and add nothing."""
    if not isinstance(hashes, dict) or not hashes or not all(isinstance(text, str) for text in hashes.values()):
        raise BadObject("hashes", "hashes is missing, expected names with their hexadecimal text")
    by_kind = {hash_kind(name): text for name, text in hashes.items()}
    for kind in _BEST_FIRST:
        if kind in by_kind:
            return Compared(SignalType.HASH, by_kind[kind], kind)
    raise BadObject("hash_kind", "no hash of a kind that is taken here, expected MD5, SHA-1, SHA-256 or PDQ")


def _note(text: object) -> str:
    if not isinstance(text, str):
        raise BadObject("description", "description is not text")
    if len(text) > LONGEST_NOTE:
        raise BadObject("description", f"description is too long, expected at most {LONGEST_NOTE} characters")
    return text.strip()


def _marking(refs: object) -> Marking:
    if not isinstance(refs, list):
        raise BadObject("marking", "object_marking_refs is not a list")
    if not refs:
        return Marking.AMBER_STRICT
    found = read_marking(refs)
    if found is None:
        raise BadObject("marking", "a marking is unknown and so cannot be honoured, expected TLP 2.0 markings alone")
    if found is Marking.RED:
        raise BadObject("red", "TLP:RED does not travel between machines; enter it on the hub's pages")
    return Marking.AMBER_STRICT if found is Marking.AMBER_STRICT else Marking.AMBER


def _extension(extensions: object) -> _Wish:
    """Read our own extension; others are left alone, as STIX asks."""
    if not isinstance(extensions, dict):
        raise BadObject("extensions", "extensions is not a JSON object")
    found = extensions.get(EXTENSION_ID)
    if found is None:
        return _NO_WISH
    if not isinstance(found, dict) or not found.keys() <= _SETTABLE:
        raise BadObject(
            "extension", "our extension holds more than circle, scope, basis and techniques; the rest the hub says"
        )
    return _Wish(
        circle=_circle(found.get("circle")),
        scope=_word(Scope, "scope", found.get("scope", Scope.EXACT.value)),
        basis=_word(Basis, "basis", found.get("basis", Basis.OWN_OBSERVATION.value)),
        techniques=_techniques(found.get("techniques", [])),
    )


def _circle(text: object) -> UUID | None:
    if text is None:
        return None
    if not isinstance(text, str) or not _UUID.fullmatch(text):
        raise BadObject("circle", "circle was not read, expected the UUID of a circle that you are in")
    return UUID(text)


def _word[W: (Scope, Basis)](words: type[W], name: str, word: object) -> W:
    for known in words:
        if known.value == word:
            return known
    raise BadObject(name, f"{name} is unknown, expected {', '.join(known.value for known in words)}")


def _techniques(found: object) -> tuple[str, ...]:
    if (
        not isinstance(found, list)
        or len(found) > MOST_TECHNIQUES
        or not all(isinstance(name, str) and _TECHNIQUE.fullmatch(name) for name in found)
    ):
        raise BadObject(
            "techniques", f"techniques was not read, expected at most {MOST_TECHNIQUES} ids of the catalogue"
        )
    return tuple(dict.fromkeys(found))
