"""The same guard for decoded JSON: STIX objects, imports, anything that arrives as a tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from skyddsnat.policy.guards.findings import ImageryFinding, ImageryRule
from skyddsnat.policy.guards.together import imagery_in_pieces, imagery_in_prose

MAX_NODES: Final = 200_000
MAX_TREE_DEPTH: Final = 30
MAX_BYTES_IN_ROW: Final = 48
MAX_NUMBERS_IN_ROW: Final = 256
PIXEL_ROWS: Final = 8
PIXEL_COLUMNS: Final = 16

_FORBIDDEN_KEYS: Final = frozenset({"payload_bin", "content_bin", "thumbnail", "photo", "jpegphoto"})
_FORBIDDEN_TYPES: Final = frozenset({"artifact"})
_MEDIA_TYPE: Final = re.compile(r"\s{0,9}(?:image|video|audio)/[\w.+-]", re.IGNORECASE)

type Guard = Callable[[str], ImageryFinding | None]


def imagery_in_tree(tree: object, guard: Guard) -> ImageryFinding | None:
    """The first sign of imagery in a decoded JSON value, or None.  guard: `find_imagery`.  Never raises.

    Besides every text it looks at what a tree can hide: STIX artifacts and payloads, media types, arrays of bytes or
    pixels, and short strings that make sense only when joined: those of one list or object, those that stand under the
    same name in many objects, and all of them in their order.  A finding has no position.
    """
    texts: list[str] = []
    columns: defaultdict[str, list[str]] = defaultdict(list)  # by name; "" has the values of all names
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for nodes, (node, name, depth) in enumerate(_walk(tree), start=1):
        if nodes > MAX_NODES:
            return ImageryFinding(ImageryRule.TOO_LARGE, 0, 0)
        if depth > MAX_TREE_DEPTH:
            return ImageryFinding(ImageryRule.TOO_DEEP, 0, 0)
        if isinstance(node, dict):
            if _is_media_object(node):
                return ImageryFinding(ImageryRule.MEDIA_OBJECT, 0, 0)
            texts.extend(_joined(list(node.values())))
        elif isinstance(node, list):
            if _is_pixels(node):
                return ImageryFinding(ImageryRule.NUMBER_ROWS, 0, 0)
            texts.extend(_joined(node))
        elif isinstance(node, str):
            texts.append(node)
            columns[name].append(node)
            if name not in ("", _NAMES):
                columns[""].append(node)
        elif type(node) in (int, float):
            numbers[name].append(str(node))
    # What stands in many objects, such as the names of their fields, is looked at once.
    found = next((found for found in map(guard, dict.fromkeys(texts)) if found), None)
    return (
        found
        or next((found for column in columns.values() if (found := imagery_in_prose(column, guard))), None)
        or next((found for column in numbers.values() if (found := imagery_in_pieces(column))), None)
    )


_NAMES: Final = "\0names"


def _walk(tree: object) -> Iterator[tuple[object, str, int]]:
    """Every node in reading order with the name that it stands under and its depth.

    Without recursion, so that no nesting can exhaust the stack.  Names come as nodes too.
    """
    stack: list[tuple[object, str, int]] = [(tree, "", 0)]
    while stack:
        node, name, depth = stack.pop()
        yield node, name, depth
        if isinstance(node, dict):
            for key, child in reversed(node.items()):
                stack.append((child, str(key), depth + 1))
                stack.append((key, _NAMES, depth + 1))
        elif isinstance(node, list):
            stack.extend((child, name, depth + 1) for child in reversed(node))


def _is_media_object(node: dict[object, object]) -> bool:
    if node.get("type") in _FORBIDDEN_TYPES:
        return True
    return any(
        str(key).lower() in _FORBIDDEN_KEYS
        or (isinstance(value, str) and "/" in value and _MEDIA_TYPE.match(value) is not None)
        for key, value in node.items()
    )


def _is_pixels(node: list[object]) -> bool:
    """A row of bytes, a long row of any numbers (sound, floating-point pixels), or a grid of numbers."""
    numbers = sum(type(item) in (int, float) for item in node)
    if numbers >= MAX_NUMBERS_IN_ROW:
        return True
    if numbers >= MAX_BYTES_IN_ROW and sum(type(item) is int and 0 <= item <= 255 for item in node) >= MAX_BYTES_IN_ROW:
        return True
    rows = [row for row in node if isinstance(row, list) and len(row) >= PIXEL_COLUMNS]
    return sum(all(type(item) in (int, float) for item in row) for row in rows) >= PIXEL_ROWS


def _joined(items: list[object]) -> Iterator[str]:
    """Strings of one list or object, a line each, which is how the guard reads wrapped text."""
    strings = [item for item in items if isinstance(item, str)]
    if len(strings) > 1:
        yield "\n".join(strings)
