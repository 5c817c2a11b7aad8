"""Nothing that carries a file gets in, however deep it lies.  The first of two screens; the second reads free text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final

from skyddsnat.protocols.errors import ProtocolError

DEEPEST: Final = 12
MOST_NODES: Final = 2_000
LONGEST_TEXT: Final = 5_000
"""Characters of any one text in an object."""

_MEDIA: Final = re.compile(r"\s*(image|video|audio)/", re.IGNORECASE)
_CARRIERS: Final = frozenset({"payload_bin", "content_ref", "artifact", "raw_data_ref", "payload_ref"})


def refuse_payloads(thing: object, fault: Callable[[str, str], ProtocolError]) -> None:
    """Walk through an object and raise `fault(code, message)` at whatever could carry a file: `payload`, `size`."""
    seen = 0
    waiting: list[tuple[Any, int]] = [([thing], 0)]
    while waiting:
        node, depth = waiting.pop()
        inside: Collection[Any] = node
        if isinstance(node, dict):
            _refuse_carriers(node, fault)
            inside = node.values()
        seen += len(inside)
        if seen > MOST_NODES or (inside and depth > DEEPEST):
            raise fault("size", f"object is too large, expected at most {MOST_NODES} fields, {DEEPEST} deep")
        for inner in inside:
            if isinstance(inner, str):
                if len(inner) > LONGEST_TEXT:
                    raise fault("size", f"a text is too long, expected at most {LONGEST_TEXT} characters")
            elif isinstance(inner, (dict, list)):
                waiting.append((inner, depth + 1))


def _refuse_carriers(node: dict[str, Any], fault: Callable[[str, str], ProtocolError]) -> None:
    if _CARRIERS & node.keys() or node.get("type") == "artifact":
        raise fault("payload", "object carries or points at a file; Skyddsnät takes no files")
    for value in node.values():
        if isinstance(value, str) and "/" in value and _MEDIA.match(value):
            raise fault(
                "payload", "object names an image, video or audio type; leave that out, Skyddsnät takes no files"
            )
