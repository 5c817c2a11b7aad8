"""From the files that a person chose to MISP events.

Taken: one event (`{"Event": …}`, or bare as PyMISP writes it), a list of them, the answer of a search (`{"response": …}`), and a
feed: `manifest.json` with its `<uuid>.json` files, all chosen at once.  Files of attachments are refused whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from skyddsnat.protocols.errors import ProtocolError

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
DEEPEST: Final = 4
"""A list, an answer, a list in it, an event."""
_FILES: Final = frozenset({"attachment", "malware-sample"})


class BadFile(ProtocolError):
    """A file that is not taken in at all.  code: not_misp, attachment."""


@dataclass(frozen=True, slots=True)
class File:
    """One chosen file.  body: what its JSON says."""

    name: str
    body: Any


@dataclass(slots=True)
class Opened:
    """What was in the files.  missing: how many events the manifest names that no file holds."""

    events: list[Mapping[str, Any]] = field(default_factory=list)
    missing: int = 0


def looks_like_misp(body: object) -> bool:
    """Whether this is one of the shapes below; says nothing of what stands inside."""
    return _is_manifest(body) or bool(list(_events(body)))


def open_files(files: Sequence[File]) -> Opened:
    """The events of all files, in the order in which they were chosen.

    Raises BadFile: not_misp for a file that is none of the shapes, attachment where an event carries a file.
    """
    opened, announced = Opened(), set[str]()
    for file in files:
        if _is_manifest(file.body):
            announced |= {uuid.lower() for uuid in file.body}
            continue
        events = list(_events(file.body))
        if not events:
            raise BadFile("not_misp", 'a file is not a MISP event, expected {"Event": {…}} as MISP exports it')
        for event in events:
            refuse_attachments(event)
        opened.events += events
    there = {str(event.get("uuid", "")).lower() for event in opened.events}
    opened.missing = len(announced - there)
    return opened


def refuse_attachments(event: Mapping[str, Any]) -> None:
    """No file comes in, whatever it is called.  Raises BadFile("attachment")."""
    for attribute in _all_attributes(event):
        if attribute.get("data") or str(attribute.get("type")) in _FILES:
            raise BadFile("attachment", "an event carries an attached file; export it again without attachments")


def attributes_of(thing: Mapping[str, Any], name: str = "Attribute") -> list[Mapping[str, Any]]:
    """The attributes (or objects) directly below an event or an object; what is no JSON object is left out."""
    found = thing.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _all_attributes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for holder in (event, *attributes_of(event, "Object")):
        yield from attributes_of(holder)
        yield from attributes_of(holder, "ShadowAttribute")
        for attribute in attributes_of(holder):
            yield from attributes_of(attribute, "ShadowAttribute")


def _is_manifest(body: object) -> bool:
    return (
        isinstance(body, dict)
        and bool(body)
        and all(isinstance(key, str) and _UUID.fullmatch(key) and isinstance(body[key], dict) for key in body)
    )


def _events(body: object, *, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Of every shape above, and of none that is nested deeper than they are."""
    if depth > DEEPEST:
        return
    if isinstance(body, list):
        for one in body:
            yield from _events(one, depth=depth + 1)
    elif isinstance(body, dict):
        if isinstance(body.get("Event"), dict):
            yield body["Event"]
        elif "response" in body:
            yield from _events(body["response"], depth=depth + 1)
        elif isinstance(body.get("Attribute"), list) or isinstance(body.get("Object"), list):
            yield body  # an event as PyMISP writes it, or the attributes that a search found
