"""From an event to rows: domains, URLs and hashes that the event itself marks as indicators; for the rest, why they are left.

Only the value is taken.  Comments, titles, categories, galaxies, file names and addresses that stand beside a value stay behind:
they may hold what signals never hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from skyddsnat.policy.vocabulary import HashKind, Marking, SignalType
from skyddsnat.protocols.misp.files import attributes_of
from skyddsnat.protocols.misp.tags import UnknownMarking, narrowest, read_tags

PLAIN: Final[dict[str, tuple[SignalType, HashKind | None]]] = {
    "domain": (SignalType.DOMAIN, None),
    "hostname": (SignalType.DOMAIN, None),
    "url": (SignalType.URL, None),
    "md5": (SignalType.HASH, HashKind.MD5),
    "sha1": (SignalType.HASH, HashKind.SHA1),
    "sha256": (SignalType.HASH, HashKind.SHA256),
}
"""Attribute types that are a value and nothing else."""

FIRST: Final = {"domain|ip": "domain", "hostname|port": "hostname"}
SECOND: Final = {"filename|md5": "md5", "filename|sha1": "sha1", "filename|sha256": "sha256"}
"""Attribute types of two parts: which part is taken, and as what."""

OBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "file": ("sha256", "sha1", "md5"),
    "url": ("url",),
    "domain-ip": ("domain", "hostname"),
}
"""Objects that are taken, and the attributes in them.  Of a file's hashes the first alone: the others name the same file."""

SHARING_GROUP: Final = "4"
LONGEST_VALUE: Final = 2_048


@dataclass(frozen=True, slots=True)
class Found:
    """One row.  type is None where nothing is taken, and code says why.  marking: what the tags say, None without one."""

    type: SignalType | None = None
    text: str = ""
    hash_kind: HashKind | None = None
    marking: Marking | None = None
    code: str = ""


def rows_of(event: Mapping[str, Any]) -> Iterator[Found]:
    """A row for each attribute and each value of an object, in the event's order."""
    for attribute in attributes_of(event):
        yield _row(attribute, event, event)
    for thing in attributes_of(event, "Object"):
        yield from _object(thing, event)


def _object(thing: Mapping[str, Any], event: Mapping[str, Any]) -> Iterator[Found]:
    wanted = OBJECTS.get(str(thing.get("name", "")))
    if wanted is None:
        yield Found(code="object_not_taken")
        return
    if thing.get("deleted"):
        yield Found(code="deleted")
        return
    there = [one for one in attributes_of(thing) if _relation(one) in wanted]
    if thing["name"] == "file":
        there = sorted(there, key=lambda one: wanted.index(_relation(one)))[:1]
    if not there:
        yield Found(code="object_without_value")
    for attribute in there:
        yield _row(attribute, thing, event)


def _relation(attribute: Mapping[str, Any]) -> str:
    return str(attribute.get("object_relation") or attribute.get("type") or "")


def _row(attribute: Mapping[str, Any], holder: Mapping[str, Any], event: Mapping[str, Any]) -> Found:
    code = _why_not(attribute, holder, event)
    if code:
        return Found(code=code)
    kind, text = attribute.get("type"), attribute.get("value")
    if not isinstance(kind, str) or not isinstance(text, str) or not text.strip() or len(text) > LONGEST_VALUE:
        return Found(code="value")
    parts = text.split("|")
    if kind in FIRST:
        kind, text = FIRST[kind], parts[0]
    elif kind in SECOND:
        kind, text = SECOND[kind], parts[-1]
    if kind not in PLAIN:
        return Found(code="attribute_not_taken")
    try:
        marking = narrowest((read_tags(event.get("Tag")), read_tags(attribute.get("Tag"))))
    except UnknownMarking:
        return Found(code="marking")
    if marking is Marking.RED:
        return Found(code="red")
    type_, hash_kind = PLAIN[kind]
    return Found(type_, text.strip(), hash_kind, marking)


def _why_not(attribute: Mapping[str, Any], holder: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    if attribute.get("deleted"):
        return "deleted"
    if SHARING_GROUP in {str(one.get("distribution", "")) for one in (attribute, holder, event)}:
        return "sharing_group"
    if attribute.get("to_ids") not in (True, "1"):
        return "not_for_detection"
    return ""
